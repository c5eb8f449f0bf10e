import { readdirSync } from "node:fs";
import type { z } from "zod";
import { messageOf, RlvrError } from "../errors.ts";
import { readRegularFile, type Refusal } from "./read-file.ts";
import { readJsonFile } from "./read-json.ts";

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

/**
 * The content of a file; undefined when there is none. A pipe is not waited for.
 * @param most bytes; a larger file is not read.
 * @throws RlvrError `bad_checkpoint` when it is larger, no regular file (also behind links), or cannot be read.
 */
export function readModelFile(path: string, most: number): Buffer | undefined {
  return readRegularFile(path, most, refusalOf(path, ADVICE));
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
  return readJsonFile(path, schema, most, refusalOf(path, advice));
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
    throw refusalOf(folder, ADVICE)(`cannot be read: ${messageOf(error)}`, error);
  }
}

function refusalOf(path: string, advice: string): Refusal {
  return (why, cause) => new RlvrError("bad_checkpoint", `${path} cannot be used: it ${why}`, { advice, cause });
}
