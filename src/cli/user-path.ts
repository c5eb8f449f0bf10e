import { resolve } from "node:path";
import { RlvrError } from "../core/errors.ts";
import { isPresent } from "../core/files/files.ts";

/** The absolute path of what a person typed, from the folder they stand in: pnpm runs scripts in the project's root. */
export function userPath(path: string): string {
  return resolve(process.env["INIT_CWD"] ?? process.cwd(), path);
}

/** An interpreter that a person named: a path is meant from the folder they stand in, a bare name is looked up on PATH. */
export function pythonPath(name: string): string {
  return name.includes("/") ? userPath(name) : name;
}

/**
 * The absolute path of a file that a person typed.
 * @throws RlvrError `missing_file` when there is none.
 */
export function existingUserPath(name: string): string {
  const path = userPath(name);
  if (isPresent(path)) return path;
  throw new RlvrError("missing_file", `there is no file at ${path}`, {
    advice: "Correct the path; it is relative to the folder you stand in.",
  });
}
