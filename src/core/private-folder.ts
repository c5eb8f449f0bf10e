import { lstatSync, mkdirSync, statSync } from "node:fs";
import { RlvrError } from "./errors.ts";

/** Bits of a mode by which group and others may write. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes a folder that only this user can enter, with the folders above it that are missing (mode 0700), or accepts one
 * that is safe to read code and data from: it belongs to this user, nobody else may write to it, and where it is a
 * symbolic link, that is the user's own too.
 * @throws RlvrError `unsafe_path` when another user made it or may write to it.
 */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const fault = privateFolderFault(path);
  if (fault === undefined) return;
  throw new RlvrError("unsafe_path", `${path} ${fault}: what lies there may not be ours`, {
    advice: `If all of it is yours: chown and chmod 700 ${path}. Else move it away, and it is made anew.`,
  });
}

/** Why other users may have written to a folder; undefined where none can have. Throws when there is no folder. */
export function privateFolderFault(path: string): string | undefined {
  const user = process.getuid?.();
  // No such thing on Windows, where a user's folders are private by themselves.
  if (user === undefined) return undefined;
  if (lstatSync(path).uid !== user) return "was made by another user";
  const { uid, mode } = statSync(path);
  if (uid !== user) return "leads to a folder of another user";
  return (mode & WRITABLE_BY_OTHERS) === 0 ? undefined : "can be written to by other users";
}
