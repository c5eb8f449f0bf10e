import type { VerifierConfig } from "../../config/verifier-schema.ts";
import { deriveSeed } from "../../core/random.ts";
import { evaluateProblems, type JudgedCompletion } from "../../evals/evaluate-problems.ts";
import type { Problem } from "../../problems/problem.ts";
import { failingTruncated } from "../scoring/fail-truncated.ts";
import { createJudge, judgedText, type Judge, type JudgedProblem } from "../scoring/judge.ts";
import type { OpenSuite } from "./open-suite.ts";
import { createPromptCache } from "../dispatcher/prompt-cache.ts";
import { openSuitePolicy, type OpenPolicy, type SuitePolicy } from "./suite-policy.ts";

/** Problems in flight at once. */
const CONCURRENCY = 32;

/** Results of one problem of a suite. */
export interface ProblemResult {
  readonly problem: Problem;
  readonly results: readonly JudgedCompletion[];
}

/**
 * Puts a suite to a policy, never with hints, and returns the results of every problem, in the suite's order.
 * @throws RlvrError when a policy server or a verifier cannot be had; the signal's reason when that aborts.
 */
export async function evaluateSuite(
  suite: OpenSuite,
  policy: SuitePolicy,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<ProblemResult[]> {
  const tasks = suite.sets.flatMap((set) => {
    const prompts = createPromptCache(set.template);
    return set.problems.map((problem) => ({ problem, set, prompts }));
  });
  const numbered = tasks.map((task, place) => ({ ...task, place }));
  const results: (readonly JudgedCompletion[])[] = [];
  let done = 0;
  const judges = await openJudges(suite.sets.map(({ verifiers }) => verifiers));
  let service: OpenPolicy | undefined;
  try {
    const opened = await openSuitePolicy(policy, signal);
    service = opened;
    await evaluateProblems(numbered, {
      sample: async ({ problem, set, prompts, place }, until) => {
        const { tokenIds: promptIds } = await opened.call((client) => prompts(client, problem), until);
        const request = {
          promptIds,
          n: suite.samples,
          seed: deriveSeed(suite.seed, "suite", place),
          temperature: suite.temperature,
          topP: 1,
          topK: 0,
          maxTokens: set.maxTokens,
          ...set.stops,
        };
        return opened.complete(request, until);
      },
      judge: async ({ problem, set }, completions, until) => {
        const own = judges.of(set.verifiers);
        const judge = set.failsTruncated ? failingTruncated(own) : own;
        const judged = await judge.group(recordOf(problem), completions.map(judgedText), until);
        return judged.map(({ outcome }) => outcome);
      },
      take: ({ place }, judged) => {
        results[place] = judged;
        onProgress(++done, numbered.length);
      },
      concurrency: CONCURRENCY,
      signal,
    });
  } finally {
    await Promise.all([service?.close(), judges.close()]);
  }
  return numbered.map(({ problem, place }) => ({ problem, results: results[place] ?? [] }));
}

/** Judges by their verifiers: sets that are judged in the same way share one. */
async function openJudges(configs: readonly (readonly VerifierConfig[])[]) {
  const judges = new Map<string, Judge>();
  const close = async (): Promise<void> => {
    await Promise.all([...judges.values()].map((judge) => judge.close()));
  };
  try {
    for (const verifiers of configs) {
      const key = JSON.stringify(verifiers);
      if (!judges.has(key)) judges.set(key, await createJudge(verifiers));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    of: (verifiers: readonly VerifierConfig[]): Judge => judges.get(JSON.stringify(verifiers)) as Judge,
    close,
  };
}

/** A problem as verifiers see it in a run, too. */
function recordOf(problem: Problem): JudgedProblem {
  const { id: _, hints: __, ...record } = problem;
  return record;
}
