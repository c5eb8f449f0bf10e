import { matchAnswers } from "../../src/verifiers/math/match-answers.ts";
import { readAnswer } from "../../src/verifiers/math/read-answer.ts";

/** How a response's answer was found to be the reference answer; null when it is not. Throws when either holds none. */
export function matchWritten(gold: string, response: string): "text" | "value" | null {
  const [first, second] = [readAnswer(gold), readAnswer(response)];
  if (first === null || second === null) throw new Error("nothing was read");
  return matchAnswers(first, second);
}

/** Lines of `first == second`, each an answer in LaTeX or plain text; what stands behind %% is a remark. */
export function pairsOf(table: string): [string, string][] {
  return table
    .split("\n")
    .filter((line) => line.includes(" == "))
    .map((line) => {
      const [first = "", second = ""] = (line.split("%%")[0] ?? "").split(" == ");
      return [first.trim(), second.trim()];
    });
}
