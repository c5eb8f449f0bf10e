import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { RlvrError } from "../core/errors.ts";
import { isHubReference } from "../core/hub-reference.ts";
import { fetchHubFile, type HubSettings } from "../hub/dataset/fetch-hub-file.ts";
import type { Mapping } from "./import/map-record.ts";
import { openProblemSet, problemRows } from "./open-problem-set.ts";
import type { Problem } from "./problem.ts";

/** Most characters of a set that is kept in memory, as JSON. */
const MAX_CHARACTERS = 2 ** 30;

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
 * @throws RlvrError like {@link openProblemSet}, {@link problemRows} and {@link fetchHubFile}, and `bad_problems` when it is
 * too long to be kept in memory.
 */
export async function loadProblemSet(named: string, fields?: Mapping, settings: HubSettings = {}): Promise<ProblemSet> {
  const file = isHubReference(named) ? await fetchHubFile(named, settings) : named;
  const problems: Problem[] = [];
  const digest = createHash("sha256");
  let characters = 0;
  for await (const { problem, value, text } of problemRows(await openProblemSet(file, fields), named)) {
    const line = text ?? JSON.stringify(value);
    characters += line.length;
    if (characters > MAX_CHARACTERS) throw tooLong(named);
    problems.push(problem);
    if (fields !== undefined) digest.update(`${line}\n`);
  }
  if (fields === undefined) await pipeline(createReadStream(file), digest);
  return { path: named, sha256: digest.digest("hex"), problems };
}

function tooLong(named: string): RlvrError {
  return new RlvrError("bad_problems", `${named} holds more than ${MAX_CHARACTERS} characters of problems`, {
    advice: "A run keeps its problems in memory: make a smaller set of it with rlvr problems import --limit.",
  });
}
