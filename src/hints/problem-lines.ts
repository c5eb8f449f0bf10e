import { readFileSync } from "node:fs";
import type { Problem } from "../problems/problem.ts";
import { readProblems } from "../problems/read-problems.ts";
import type { Outcome } from "./dialogue.ts";

/** A problem with the line that it was read from. */
export interface ProblemLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  readonly problem: Problem;
}

/**
 * Reads a problem set and keeps its lines, so that they can be written again as they are.
 * @throws RlvrError `bad_problems` as {@link readProblems} does.
 */
export function readProblemLines(path: string): ProblemLine[] {
  const { problems } = readProblems(path);
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .map((text, index) => ({ number: index + 1, text: text.trim() }))
    .filter(({ text }) => text !== "");
  return problems.map((problem, index) => ({ number: 0, text: "", ...lines[index], problem }));
}

/** The line of a problem with the hints that came of asking, or without any. Its other fields stay as they are. */
export function lineWith({ text }: ProblemLine, outcome: Outcome): string {
  const { hints: _, ...fields } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify("hints" in outcome ? { ...fields, hints: outcome.hints } : fields);
}
