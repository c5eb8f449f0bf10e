import { dirname } from "node:path";
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

/** The folder of a run to read from, whether or not it is there. Throws like {@link makeRunFolder}. */
export function checkedRunFolder(databasePath: string, runId: number): string {
  const folder = runDirectory(databasePath, runId);
  refuseUnsafe(dirname(folder));
  refuseUnsafe(folder);
  return folder;
}
