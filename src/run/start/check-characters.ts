import { isRlvrError, RlvrError } from "../../core/errors.ts";
import { loadTokenizer } from "../../policy/onnx/tokenizer.ts";
import type { PromptTemplate } from "../../problems/template/prompt-template.ts";
import type { ProblemSet } from "../../problems/load-problem-set.ts";
import type { Tier } from "../../scaffolds/scaffold.ts";

/**
 * Refuses problem sets with characters that the policy's tokenizer lacks, before a run is written: in the prompts, in an
 * answer, which the policy then could never give, or in a hint for the first set.
 * @param sets the practice set first: only its problems are ever hinted.
 * @param tiers kinds of hints that the run gives.
 * @throws RlvrError `unsupported_character`, naming them and the first problem that has one.
 */
export function checkCharacters(
  modelDirectory: string,
  template: PromptTemplate,
  sets: readonly ProblemSet[],
  tiers: readonly Tier[],
): void {
  const tokenizer = loadTokenizer(modelDirectory);
  for (const [index, { path, problems }] of sets.entries()) {
    const users = new Map<string, string>();
    for (const problem of problems) {
      const { answer, hints = {} } = problem;
      const hinted = (index === 0 ? tiers : []).flatMap((tier) => {
        const parts = hints[tier];
        return parts === undefined ? [] : [template(problem, { tier, level: parts.length, parts })];
      });
      for (const character of [template(problem), ...hinted, answer].join(""))
        if (!users.has(character)) users.set(character, problem.problem);
    }
    try {
      tokenizer.encode([...users.keys()].join(""));
    } catch (error) {
      if (!isRlvrError(error) || error.code !== "unsupported_character") throw error;
      const user = [...users].find(([character]) => !canEncode(tokenizer, character))?.[1];
      throw new RlvrError(
        "unsupported_character",
        `${path}: ${error.message}, as in the problem ${JSON.stringify(user)}`,
        {
          advice: error.advice,
          cause: error,
        },
      );
    }
  }
}

function canEncode(tokenizer: ReturnType<typeof loadTokenizer>, character: string): boolean {
  try {
    tokenizer.encode(character);
    return true;
  } catch {
    return false;
  }
}
