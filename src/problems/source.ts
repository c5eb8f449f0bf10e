import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { RlvrError, messageOf } from "../core/errors.ts";
import { parseJson } from "./check-problem.ts";
import { readLines } from "./read-lines.ts";
import type { Source, SourceRow } from "./source-rows.ts";

/**
 * Opens a file of JSON Lines, also compressed by gzip, or of Parquet: its first bytes tell.
 * @throws RlvrError `missing_file` when there is none, `bad_problems` when a Parquet file cannot be read.
 */
export async function openSource(path: string): Promise<Source> {
  const size = await sizeOf(path);
  const head = await firstBytes(path);
  if (head.toString("latin1") === "PAR1") {
    const { openParquet } = await import("./parquet.ts");
    return openParquet(path);
  }
  return jsonLines(path, size, head[0] === 0x1f && head[1] === 0x8b);
}

/** The file's length in bytes. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new RlvrError("missing_file", `there is no file at ${path}`, {
      advice: "Correct the path; it is relative to the folder you stand in.",
      cause: error,
    });
  });
  if (found.isFile()) return found.size;
  throw new RlvrError("bad_usage", `${path} is not a file`, { advice: "Name a file of JSON Lines or Parquet." });
}

async function firstBytes(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The rows of JSON Lines from their bytes. */
export async function* jsonRows(bytes: AsyncIterable<Buffer>): AsyncGenerator<SourceRow> {
  for await (const line of readLines(bytes))
    yield "fault" in line ? line : { number: line.number, ...parseJson(line.text) };
}

function jsonLines(path: string, size: number, isGzip: boolean): Source {
  let read = 0;
  async function* rows(): AsyncGenerator<SourceRow> {
    const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
    file.on("data", (chunk) => (read += chunk.length));
    // A failure of either ends the other, and so the loop below.
    const bytes = isGzip ? pipeline(file, createGunzip(), () => {}) : file;
    try {
      yield* jsonRows(bytes);
    } catch (error) {
      if (!isGzip) throw error;
      throw new RlvrError("bad_problems", `${path} cannot be unpacked: ${messageOf(error)}`, {
        advice: "The file is damaged or was cut off: fetch it again.",
        cause: error,
      });
    } finally {
      file.destroy();
    }
  }
  return { format: "jsonl", columns: undefined, rows, share: () => (size === 0 ? 1 : read / size) };
}
