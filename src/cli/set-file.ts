import { isHubReference } from "../core/hub-reference.ts";
import { fetchHubFile } from "../hub/dataset/fetch-hub-file.ts";
import { tellNote } from "./tell-note.ts";
import { userPath } from "./user-path.ts";

/** Where a set of problems is that a person named: a file, or a reference to one on the Hugging Face hub. */
export interface SetFile {
  /** What it is called in messages. */
  readonly name: string;
  readonly path: string;
}

/**
 * Finds the file of a set of problems, fetching it where it is on the hub.
 * @throws RlvrError like `fetchHubFile`.
 */
export async function setFile(named: string): Promise<SetFile> {
  if (!isHubReference(named)) return { name: userPath(named), path: userPath(named) };
  return { name: named, path: await fetchHubFile(named, { onNote: tellNote }) };
}
