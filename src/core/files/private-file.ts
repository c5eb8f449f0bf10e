import { closeSync, openSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isPresent } from "./files.ts";
import { refuseUnsafe } from "./private-folder.ts";

/**
 * Makes an empty file that only this user can read (mode 0600), or accepts one that no other user can have written to;
 * the mode of such a one stays. The file that a link leads to is made too.
 * @returns where the file lies, past links.
 * @throws RlvrError `unsafe_path` when another user made it or may write to it; else as the file system does.
 */
export function makePrivateFile(path: string): string {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  refuseUnsafe(path);
  if (isPresent(path)) return realpathSync(path);
  // A link that leads nowhere yet; or a lock that its holder has deleted meanwhile.
  return makePrivateFile(linkTarget(path) ?? path);
}

function linkTarget(path: string): string | undefined {
  try {
    return resolve(realpathSync(dirname(path)), readlinkSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
