import { isUtf8 } from "node:buffer";
import { RlvrError } from "../core/errors.ts";
import { readTextFile } from "../core/files/read-file.ts";
import { existingUserPath } from "./user-path.ts";

/** Longest input that is read whole, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The whole text of a file that a person named, or of stdin for `-`.
 * @throws RlvrError `missing_file` when there is none, `bad_usage` when it is no text of at most 64 MiB.
 */
export async function readInput(name: string): Promise<string> {
  if (name === "-") return readStdin();
  const path = existingUserPath(name);
  return readTextFile(path, MAX_BYTES, (why, cause) => unreadable(path, why, cause)) ?? "";
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BYTES) throw unreadable("stdin", `has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (!isUtf8(bytes)) throw unreadable("stdin", "is not UTF-8 text");
  return bytes.toString("utf8");
}

function unreadable(name: string, why: string, cause?: unknown): RlvrError {
  return new RlvrError("bad_usage", `${name} ${why}`, {
    advice: "Name a file of text, or - for stdin; split a longer one.",
    cause,
  });
}
