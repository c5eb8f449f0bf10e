import { matchAnswers, readAnswer } from "../../src/verifiers/math/read-answer.ts";

/** Whether a response's answer is taken for the reference answer, both in LaTeX or plain text. */
export function isAccepted(gold: string, response: string): boolean {
  const [first, second] = [readAnswer(gold), readAnswer(response)];
  if (first === null || second === null) throw new Error("nothing was read");
  return matchAnswers(first, second) !== null;
}

/** The lines of a table that read `gold <- response`. */
export function answerPairs(table: string): [string, string][] {
  return table
    .split("\n")
    .filter((line) => line.includes(" <- "))
    .map((line) => {
      const [gold = "", response = ""] = line.split(" <- ");
      return [gold.trim(), response.trim()];
    });
}
