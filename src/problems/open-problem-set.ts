import { RlvrError } from "../core/errors.ts";
import { checkProblem, type Checked } from "./check-problem.ts";
import { openSource } from "./source.ts";

/** A line of a problem set, numbered from 1: its problem, or why it has none. */
export type SetLine = { readonly number: number } & Checked;

/** A problem set that is read once, in constant memory. */
export interface OpenProblemSet {
  readonly lines: AsyncIterable<SetLine>;
  /** The part of the file that is read, from 0 to 1. */
  share(): number;
}

/**
 * Opens a problem set to read it line by line, bad lines included.
 * @throws RlvrError `missing_file` when there is none, `bad_usage` when it is no JSON Lines.
 */
export async function openProblemSet(path: string): Promise<OpenProblemSet> {
  const source = await openSource(path);
  if (source.format !== "jsonl") {
    throw new RlvrError("bad_usage", `${path} is Parquet, not a problem set`, {
      advice: "Make it one first: rlvr problems import FILE --out OUT.jsonl.",
    });
  }
  async function* lines(): AsyncGenerator<SetLine> {
    for await (const row of source.rows()) {
      const { number } = row;
      yield "fault" in row ? row : { number, ...checkProblem(row.value) };
    }
  }
  return { lines: lines(), share: source.share };
}
