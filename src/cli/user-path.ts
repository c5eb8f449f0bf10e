import { resolve } from "node:path";

/** The absolute path of what a person typed, from the folder they stand in: pnpm runs scripts in the project's root. */
export function userPath(path: string): string {
  return resolve(process.env["INIT_CWD"] ?? process.cwd(), path);
}
