import { dirname } from "node:path";
import { sizeOnDisk } from "../core/files/size-on-disk.ts";
import { makePrivateFolder, refuseUnsafe } from "../core/files/private-folder.ts";
import { runDirectory } from "./database.ts";

/**
 * Makes the folder beside a database that holds a run's files, for this user alone, and returns it.
 * @throws RlvrError `unsafe_path` where another user made it, or may write to it.
 */
export function makeRunFolder(databasePath: string, runId: number): string {
  const folder = runDirectory(databasePath, runId);
  makePrivateFolder(dirname(folder));
  makePrivateFolder(folder);
  return folder;
}

/** Bytes of a run's files; null where they are not for this user to look at. */
export function runBytes(databasePath: string, runId: number): number | null {
  try {
    return sizeOnDisk([runDirectory(databasePath, runId)]);
  } catch (error) {
    // A user may let others read a database and not the folder of its runs.
    if ((error as NodeJS.ErrnoException).code === "EACCES") return null;
    throw error;
  }
}

/** The folder of a run to read from, whether or not it is there. Throws like {@link makeRunFolder}. */
export function checkedRunFolder(databasePath: string, runId: number): string {
  const folder = runDirectory(databasePath, runId);
  refuseUnsafe(dirname(folder));
  refuseUnsafe(folder);
  return folder;
}
