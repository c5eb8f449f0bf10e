import { createReadStream } from "node:fs";
import { text } from "node:stream/consumers";
import { existingUserPath } from "./user-path.ts";

/**
 * The whole text of a file that a person named, or of stdin for `-`.
 * @throws RlvrError `missing_file` when there is none.
 */
export function readInput(name: string): Promise<string> {
  return text(name === "-" ? process.stdin : createReadStream(existingUserPath(name)));
}
