import { isRlvrError, RlvrError } from "../../core/errors.ts";
import { TokenizerProcess } from "../../policy/onnx/tokenizer/tokenizer-process.ts";
import type { PromptTemplate } from "../../problems/template/prompt-template.ts";
import type { ProblemSet } from "../../problems/load-problem-set.ts";
import type { Tier } from "../../scaffolds/scaffold.ts";

/** Problems with how they are asked. */
export interface SpelledSet extends Pick<ProblemSet, "path" | "problems"> {
  readonly template: PromptTemplate;
  /** Kinds of hints that the run gives in it; none where its problems are never hinted. */
  readonly tiers: readonly Tier[];
}

/**
 * Refuses problem sets with characters that the policy's tokenizer lacks, before a run is written: in the prompts, in an
 * answer, which the policy then could never give, or in a hint.
 * @throws RlvrError `unsupported_character`, naming them and the first problem that has one; `missing_file` or
 * `bad_checkpoint` where the tokenizer cannot be used.
 */
export async function checkCharacters(modelDirectory: string, sets: readonly SpelledSet[]): Promise<void> {
  const tokenizer = new TokenizerProcess(modelDirectory);
  try {
    for (const set of sets) await checkSet(tokenizer, set);
  } finally {
    tokenizer.close();
  }
}

async function checkSet(tokenizer: TokenizerProcess, { path, problems, template, tiers }: SpelledSet): Promise<void> {
  const users = new Map<string, string>();
  for (const problem of problems) {
    const { answer, hints = {} } = problem;
    const hinted = tiers.flatMap((tier) => {
      const parts = hints[tier];
      return parts === undefined ? [] : template.render(problem, { tier, level: parts.length, parts });
    });
    const asked = [...template.render(problem), ...hinted].map(({ content }) => content);
    for (const character of [...asked, answer].join(""))
      if (!users.has(character)) users.set(character, problem.problem);
  }
  const error = await lackOf(tokenizer, [...users.keys()].join(""));
  if (error === undefined) return;
  let first: string | undefined;
  for (const [character, user] of users) {
    if ((await lackOf(tokenizer, character)) === undefined) continue;
    first = user;
    break;
  }
  throw new RlvrError(
    "unsupported_character",
    `${path}: ${error.message}, as in the problem ${JSON.stringify(first)}`,
    { advice: error.advice, cause: error },
  );
}

/** The refusal of a text with characters that the tokenizer lacks; undefined where it has them all. */
async function lackOf(tokenizer: TokenizerProcess, text: string): Promise<RlvrError | undefined> {
  try {
    await tokenizer.encode(text);
    return undefined;
  } catch (error) {
    if (isRlvrError(error) && error.code === "unsupported_character") return error;
    throw error;
  }
}
