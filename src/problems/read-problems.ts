import { readFileSync } from "node:fs";
import { RlvrError } from "../core/errors.ts";
import { sha256 } from "../core/files.ts";
import { checkProblem, parseJson } from "./check-problem.ts";
import type { Problem } from "./problem.ts";

/** A problem set as read from its file. */
export interface ProblemSet {
  readonly path: string;
  /** sha256 of the file's bytes: the set's identity. */
  readonly sha256: string;
  readonly problems: readonly Problem[];
}

/** Faults shown before the rest are only counted. */
const FAULTS_SHOWN = 5;

/**
 * Reads a JSON Lines problem set. Empty lines are skipped.
 * @throws RlvrError `bad_problems` with the numbers of the lines that are no problems, or when there is none at all.
 */
export function readProblems(path: string): ProblemSet {
  const bytes = readFileSync(path);
  return { path, sha256: sha256(bytes), problems: parseProblems(bytes.toString("utf8"), path) };
}

/**
 * The problems of a text of JSON Lines. Throws like {@link readProblems}.
 * @param path where the text is from, for the message.
 */
export function parseProblems(text: string, path: string): Problem[] {
  const faults: string[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const parsed = parseJson(line);
    const checked = "fault" in parsed ? parsed : checkProblem(parsed.value);
    if ("fault" in checked) faults.push(`line ${index + 1}: ${checked.fault}`);
    else problems.push(checked.problem);
  }
  if (faults.length > 0) {
    const more = faults.length > FAULTS_SHOWN ? [`and ${faults.length - FAULTS_SHOWN} more`] : [];
    const shown = [...faults.slice(0, FAULTS_SHOWN), ...more].map((fault) => `  ${fault}`).join("\n");
    throw new RlvrError("bad_problems", `${path} has lines that are not problems:\n${shown}`, {
      advice: 'Each line is a JSON object with "problem" and "answer" as text; correct or delete those lines.',
    });
  }
  if (problems.length === 0) {
    throw new RlvrError("bad_problems", `${path} holds no problems`, {
      advice: 'Write one JSON object a line: {"problem": "1+1=", "answer": "2"}.',
    });
  }
  return problems;
}
