import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { isRlvrError, messageOf, type RlvrError } from "../errors.ts";

/** The error of a file that cannot be used. @param why continues a sentence that begins with the file's name. */
export type Refusal = (why: string, cause?: unknown) => RlvrError;

/** A pipe is opened without waiting for its writer; a regular file is read as always. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const CHUNK = 64 * 1024;

/**
 * The bytes of a regular file, undefined when there is none. Pipes, devices and folders are refused, and so is a file of
 * more than `maxBytes`, before it is read: what lies at a path must neither hang the reader nor fill its memory.
 * @throws what `refuse` makes, also where the file cannot be read.
 */
export function readRegularFile(path: string, maxBytes: number, refuse: Refusal): Buffer | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(path, READ);
    const status = fstatSync(handle);
    const fault = faultOf(status.isFile(), status.size, maxBytes);
    if (fault !== undefined) throw refuse(fault);
    return readUpTo(handle, status.size, maxBytes, refuse);
  } catch (error) {
    return undefinedIfAbsent(error, refuse);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** The text of a regular file in UTF-8; like {@link readRegularFile}. */
export function readTextFile(path: string, maxBytes: number, refuse: Refusal): string | undefined {
  const bytes = readRegularFile(path, maxBytes, refuse);
  if (bytes === undefined) return undefined;
  if (!isUtf8(bytes)) throw refuse("is not UTF-8 text");
  return bytes.toString("utf8");
}

/**
 * Opens a regular file to be read bit by bit; undefined when there is none. To be closed by the caller.
 * @throws what `refuse` makes, of anything but a regular file.
 */
export async function openRegularFile(path: string, refuse: Refusal): Promise<FileHandle | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, READ);
    const fault = faultOf((await handle.stat()).isFile(), 0, 0);
    if (fault === undefined) return handle;
    throw refuse(fault);
  } catch (error) {
    await handle?.close();
    return undefinedIfAbsent(error, refuse);
  }
}

function faultOf(isFile: boolean, size: number, maxBytes: number): string | undefined {
  if (!isFile) return "is not a regular file";
  return size > maxBytes ? `has ${size} bytes, more than ${maxBytes}` : undefined;
}

/** Files of /proc have no size, and one that is being written to grows: the bytes count, not what was said of them. */
function readUpTo(handle: number, size: number, maxBytes: number, refuse: Refusal): Buffer {
  let bytes = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (let read = 1; read > 0; length += read) {
    if (length > maxBytes) throw refuse(`has more than ${maxBytes} bytes`);
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(Math.max(CHUNK, length))]);
    read = readSync(handle, bytes, length, bytes.length - length, null);
  }
  return bytes.subarray(0, length);
}

function undefinedIfAbsent(error: unknown, refuse: Refusal): undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return undefined;
  if (isRlvrError(error)) throw error;
  throw refuse(`cannot be read: ${messageOf(error)}`, error);
}
