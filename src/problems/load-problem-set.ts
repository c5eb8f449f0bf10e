import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { isHubReference } from "../core/hub-reference.ts";
import { fetchHubFile, type HubSettings } from "./hub/fetch-hub-file.ts";
import type { Mapping } from "./import/map-record.ts";
import { openProblemSet, problemRows } from "./open-problem-set.ts";
import type { Problem } from "./problem.ts";

/** A problem set as read from its file. */
export interface ProblemSet {
  readonly path: string;
  /** sha256 of the file's bytes, or of the lines that its fields were mapped to: the set's identity. */
  readonly sha256: string;
  readonly problems: readonly Problem[];
}

/**
 * Reads a problem set from what a recipe names: a file as `openSource` reads it, or a reference to one on the Hugging
 * Face hub.
 * @param fields where the parts of a problem stand. None: they are fields of their own names.
 * @throws RlvrError like {@link openProblemSet}, {@link problemRows} and {@link fetchHubFile}.
 */
export async function loadProblemSet(named: string, fields?: Mapping, settings: HubSettings = {}): Promise<ProblemSet> {
  const file = isHubReference(named) ? await fetchHubFile(named, settings) : named;
  const problems: Problem[] = [];
  const digest = createHash("sha256");
  for await (const { problem, value } of problemRows(await openProblemSet(file, fields), named)) {
    problems.push(problem);
    if (fields !== undefined) digest.update(`${JSON.stringify(value)}\n`);
  }
  if (fields === undefined) await pipeline(createReadStream(file), digest);
  return { path: named, sha256: digest.digest("hex"), problems };
}
