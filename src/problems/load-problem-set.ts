import { RlvrError } from "../core/errors.ts";
import { sha256 } from "../core/files.ts";
import { isHubReference } from "../core/hub-reference.ts";
import { fetchHubFile, type HubSettings } from "./hub/fetch-hub-file.ts";
import { importProblems } from "./import-problems.ts";
import type { Mapping } from "./map-record.ts";
import { parseProblems, readProblems, type ProblemSet } from "./read-problems.ts";
import { openSource } from "./source.ts";

/** Rows that are no problems, told one by one. */
const TOLD = 5;

/**
 * Reads a problem set from what a recipe names: a file, or a reference to one on the Hugging Face hub.
 * @param fields where the parts of a problem stand, for JSON Lines and Parquet of any form. None: the file is a problem
 * set, or has its fields as columns.
 * @throws RlvrError like {@link readProblems}, `openSource`, `importProblems` and {@link fetchHubFile}.
 */
export async function loadProblemSet(
  named: string,
  fields: Mapping | undefined,
  settings: HubSettings = {},
): Promise<ProblemSet> {
  const file = isHubReference(named) ? await fetchHubFile(named, settings) : named;
  const source = await openSource(file);
  if (fields === undefined && source.format === "jsonl" && !isHubReference(named)) return readProblems(file);
  let text = "";
  const mapping = fields ?? { problem: "problem", answer: "answer" };
  const report = await importProblems(
    source,
    { mapping, keepGood: false, told: TOLD },
    async (part) => void (text += part),
    () => {},
  );
  if (report.bad.count > 0) {
    const told = report.bad.first.map(({ row, fault }) => `  row ${row}: ${fault}`);
    throw new RlvrError("bad_problems", `${named}: ${report.bad.count} rows are no problems:\n${told.join("\n")}`, {
      advice:
        "Say in problems.fields where the problem and its answer stand, or make a set of the good rows: rlvr problems import.",
    });
  }
  return { path: named, sha256: sha256(text), problems: parseProblems(text, named) };
}
