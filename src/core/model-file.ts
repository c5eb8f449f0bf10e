import { closeSync, constants, fstatSync, openSync, readSync, readdirSync } from "node:fs";
import type { z } from "zod";
import { messageOf, RlvrError } from "./errors.ts";

/**
 * Files of a model's folder. Such a folder is often somebody else's work, so nothing is believed of it: a file is a regular
 * one of a size that its kind may have, or it is refused.
 */

/** How to read a JSON file of a model's folder. */
export interface JsonFileOptions {
  /** Most bytes. Default: 4 MiB; files of sizes and settings have a few hundred kilobytes at the most. */
  readonly most?: number;
  /** What to do when it is of no use. Default: to download or export the model again. */
  readonly advice?: string;
}

const MOST_JSON = 4 * 1024 * 1024;
const ADVICE = "Download or export the model again, from where it was made.";
/** Most characters of a file's own text in a message. */
const SHOWN = 300;

/**
 * The content of a file; undefined when there is none. A pipe is not waited for.
 * @param most bytes; a larger file is not read.
 * @throws RlvrError `bad_checkpoint` when it is larger, no regular file (also behind links), or cannot be read.
 */
export function readModelFile(path: string, most: number): Buffer | undefined {
  let handle: number;
  try {
    // To open a pipe would wait for a writer, perhaps for ever.
    handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, messageOf(error), error);
  }
  try {
    const status = fstatSync(handle);
    if (!status.isFile()) throw unreadable(path, "it is no regular file");
    if (status.size > most) throw unreadable(path, `it has ${status.size} bytes, where ${most} are the most`);
    const bytes = Buffer.alloc(status.size);
    let at = 0;
    for (let read = 1; read > 0 && at < bytes.length; at += read)
      read = readSync(handle, bytes, at, bytes.length - at, null);
    return bytes.subarray(0, at);
  } finally {
    closeSync(handle);
  }
}

/**
 * What a JSON file holds, checked; undefined when there is none.
 * @throws RlvrError `bad_checkpoint` that names the file and the place in it.
 */
export function readModelJson<T extends z.ZodType>(
  path: string,
  schema: T,
  { most = MOST_JSON, advice = ADVICE }: JsonFileOptions = {},
): z.infer<T> | undefined {
  const bytes = readModelFile(path, most);
  if (bytes === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString());
  } catch (error) {
    throw unreadable(path, `it is not JSON: ${messageOf(error)}`, error, advice);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unreadable(path, `${issue?.path.join(".") || "its top"}: ${issue?.message}`, parsed.error, advice);
}

/**
 * Names in a folder; none where there is no folder.
 * @throws RlvrError `bad_checkpoint` when it cannot be read.
 */
export function modelNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw unreadable(folder, messageOf(error), error);
  }
}

function unreadable(path: string, why: string, cause?: unknown, advice = ADVICE): RlvrError {
  return new RlvrError("bad_checkpoint", `${path} cannot be used: ${why.slice(0, SHOWN)}`, { advice, cause });
}
