import { fileURLToPath } from "node:url";
import type { GroupResult, VerifierProblem } from "../../src/verifiers/define-verifier.ts";
import { loadVerifier } from "../../src/verifiers/load-verifier.ts";

/** Reward functions of the tests. */
export const REWARDS = fileURLToPath(new URL("fixtures/rewards.py", import.meta.url));

interface Judging {
  readonly options?: object;
  readonly problem?: VerifierProblem;
  readonly answer?: string;
  readonly file?: string;
  readonly signal?: AbortSignal;
}

/** What a function says of a group, called in this process. */
export async function judge(name: string, responses: readonly string[], judging: Judging = {}) {
  const { options = {}, problem = {}, answer = "", file = REWARDS, signal = new AbortController().signal } = judging;
  const verifier = await loadVerifier(`python:${file}:${name}`);
  // The last of several is cut.
  const inputs = responses.map((response, index) => ({ problem, response, answer, truncated: index > 0, signal }));
  return verifier.verifyGroup!(inputs, verifier.options.parse(options));
}

/** Scores of a group; of a response that failed, what it failed with. */
export const scores = async (results: Promise<readonly GroupResult[]>) =>
  (await results).map((result) => (result instanceof Error ? result.message : result && result.score));
