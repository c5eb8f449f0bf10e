import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { RlvrError } from "../../core/errors.ts";
import { parseJson } from "./parse-json.ts";
import { peek } from "./peek.ts";
import { readItems } from "./read-items.ts";
import { readLines } from "./read-lines.ts";
import type { Source, SourceRow } from "./source-rows.ts";
import { unpack } from "./unpack.ts";

/** How far white space is looked through for the first character of JSON, in bytes. */
const BLANK_START = 64 * 1024;

/**
 * Opens a file of JSON Lines or of a JSON array, also compressed by gzip or zstd, or of Parquet. The format is detected
 * from the content, not from the name.
 * @throws RlvrError `missing_file` when there is none, `bad_problems` when it is damaged.
 */
export async function openSource(path: string): Promise<Source> {
  const size = await sizeOf(path);
  if (await isParquet(path)) {
    const { openParquet } = await import("./parquet.ts");
    return openParquet(path);
  }
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
  const source = await openStream(file, path);
  return { ...source, share: () => (size === 0 ? 1 : file.bytesRead / size) };
}

/**
 * The same of a stream, such as stdin, but for Parquet, which is read from its end.
 * @param name what the stream is of, for messages.
 */
export async function openStream(bytes: AsyncIterable<Buffer>, name: string): Promise<Source> {
  const { head, all } = await peek(await unpack(bytes, name), (start) => firstCharacter(start) !== undefined);
  if (head.subarray(0, 4).toString("latin1") === "PAR1")
    throw new RlvrError("bad_usage", `${name} is Parquet, which can only be read from a file as it is`, {
      advice: "Name the unpacked file.",
    });
  const isArray = firstCharacter(head) === "[";
  const common = { columns: undefined, share: () => 0 };
  return isArray
    ? { format: "json", rows: () => itemRows(all, name), ...common }
    : { format: "jsonl", rows: () => lineRows(all), ...common };
}

/** The first character that is neither a byte order mark nor white space; undefined where more bytes may show one. */
function firstCharacter(head: Buffer): string | undefined {
  const start = head
    .toString("utf8", 0, BLANK_START)
    .replace(/^\ufeff/, "")
    .trimStart();
  return start[0] ?? (head.length < BLANK_START ? undefined : "");
}

async function* lineRows(bytes: AsyncIterable<Buffer>): AsyncGenerator<SourceRow> {
  for await (const line of readLines(bytes)) {
    const row = "fault" in line ? line : { ...line, ...parseJson(line.text) };
    // The first line of an object that goes over several ones.
    const isOpen = "fault" in row && "text" in line && /^\s*\{[^}]*$/.test(line.text);
    yield isOpen ? { ...row, fault: `${row.fault}; an object has to be on one line, or in an array` } : row;
  }
}

async function* itemRows(bytes: AsyncIterable<Buffer>, name: string): AsyncGenerator<SourceRow> {
  for await (const { number, line, ...item } of readItems(bytes, name)) {
    const row = "fault" in item ? item : parseJson(item.text);
    yield "fault" in row ? { number, fault: `${row.fault}, line ${line}` } : { number, ...row };
  }
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
  throw new RlvrError("bad_usage", `${path} is not a file`, { advice: "Name a file of JSON or Parquet." });
}

async function isParquet(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString("latin1", 0, bytesRead) === "PAR1";
  } finally {
    await handle.close();
  }
}
