import { RlvrError } from "../../core/errors.ts";
import { readTextFile } from "../../core/files/read-file.ts";

/** Longest prompt template, in bytes. */
const MAX_BYTES = 1024 * 1024;

/**
 * The text of a prompt template's file.
 * @throws RlvrError `missing_file`, or `bad_recipe` when it is no text of at most a mebibyte.
 */
export function readTemplate(path: string): string {
  const advice = "Correct the path of the prompt template: a file of text with {{ problem }} in it.";
  const text = readTextFile(path, MAX_BYTES, (why, cause) => {
    return new RlvrError("bad_recipe", `the prompt template ${path} ${why}`, { advice, cause });
  });
  if (text !== undefined) return text;
  throw new RlvrError("missing_file", `there is no prompt template at ${path}`, { advice });
}
