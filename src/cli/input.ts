import { createReadStream } from "node:fs";
import { text } from "node:stream/consumers";
import { RlvrError } from "../core/errors.ts";
import { isPresent } from "../core/files.ts";
import { userPath } from "./user-path.ts";

/**
 * The bytes of a file that a person named, or of stdin for `-`.
 * @throws RlvrError `missing_file` when there is none.
 */
export function openInput(name: string): NodeJS.ReadableStream {
  if (name === "-") return process.stdin;
  const path = userPath(name);
  if (!isPresent(path)) {
    throw new RlvrError("missing_file", `there is no file at ${path}`, {
      advice: "Correct the path; it is relative to the folder you stand in. Use - to read stdin.",
    });
  }
  return createReadStream(path);
}

/** The whole text of a file that a person named, or of stdin for `-`. */
export function readInput(name: string): Promise<string> {
  return text(openInput(name));
}
