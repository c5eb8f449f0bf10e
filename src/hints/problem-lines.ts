import { openProblemSet, problemRows } from "../problems/open-problem-set.ts";
import type { Problem } from "../problems/problem.ts";
import type { Outcome } from "./dialogue.ts";

/** A problem with the line that it is written as again. */
export interface ProblemLine {
  /** Its line or row in the file, from 1. */
  readonly number: number;
  /** All its fields as they stand in the file. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The very line, of JSON Lines. */
  readonly text: string | undefined;
  readonly problem: Problem;
}

/**
 * Reads a problem set and keeps its fields, so that they can be written again as they are.
 * @throws RlvrError like `openProblemSet` and `problemRows`.
 */
export async function readProblemLines(path: string): Promise<ProblemLine[]> {
  const lines: ProblemLine[] = [];
  for await (const { number, value, text, problem } of problemRows(await openProblemSet(path), path))
    lines.push({ number, fields: value as ProblemLine["fields"], text: text?.trim(), problem });
  return lines;
}

/**
 * The line of a problem, with the hints that came of asking or without any; as it was where it was not asked for. Its
 * other fields stay as they are.
 */
export function lineWith({ fields, text }: ProblemLine, outcome: Outcome | undefined): string {
  if (outcome === undefined) return text ?? JSON.stringify(fields);
  const { hints: _, ...others } = fields;
  return JSON.stringify("hints" in outcome ? { ...others, hints: outcome.hints } : others);
}
