import { expect, it } from "vitest";
import { matchAnswers } from "../../src/verifiers/math/compare/match-answers.ts";
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

/** Tests that the pairs of a table are the same answer, whichever of the two is the reference. */
export function acceptsBothWays(table: string): void {
  it.each(pairsOf(table))("accepts %s == %s both ways", (first, second) => {
    expect(matchWritten(first, second)).not.toBeNull();
    expect(matchWritten(second, first)).not.toBeNull();
  });
}

/** Tests that the pairs of a table are different answers, whichever of the two is the reference. */
export function rejectsBothWays(table: string): void {
  it.each(pairsOf(table))("rejects %s == %s both ways", (first, second) => {
    expect(matchWritten(first, second)).toBeNull();
    expect(matchWritten(second, first)).toBeNull();
  });
}

/** Tests that the reference answer, first in each line of a table, accepts the second, but not the other way about. */
export function acceptsOneWay(table: string): void {
  it.each(pairsOf(table))("accepts %s == %s, not exchanged", (gold, response) => {
    expect(matchWritten(gold, response)).not.toBeNull();
    expect(matchWritten(response, gold)).toBeNull();
  });
}
