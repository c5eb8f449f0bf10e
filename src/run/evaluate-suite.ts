import { readFileSync } from "node:fs";
import type { Suite } from "../config/suite-schema.ts";
import { deriveSeed } from "../core/random.ts";
import { evaluateProblems, type JudgedCompletion } from "../evals/evaluate-problems.ts";
import type { Problem } from "../problems/problem.ts";
import { promptTemplate } from "../problems/prompt-template.ts";
import { readProblems } from "../problems/read-problems.ts";
import { checkProblems } from "./check-problems.ts";
import { createJudge, type JudgedProblem } from "./judge.ts";
import type { ServedWeights } from "../policy/weight-sync.ts";
import { createPolicyService } from "./policy-service.ts";
import { createPromptCache } from "./prompt-cache.ts";

/** Problems in flight at once. */
const CONCURRENCY = 32;

/** Results of one problem of a suite. */
export interface ProblemResult {
  readonly problem: Problem;
  readonly results: readonly JudgedCompletion[];
}

/** Which policy a suite is put to: weights over the suite's own policy, or whatever a server at a URL serves. */
export interface SuitePolicy {
  readonly url: string | undefined;
  /** File of version 0's weights in place of the suite's policy's own. */
  readonly baseWeights?: string | undefined;
  /** Undefined takes whatever the server has. */
  readonly weights: ServedWeights | undefined;
}

/** Puts a suite to a policy and returns the results of every problem, in the suite's order. */
export async function evaluateSuite(
  suite: Suite,
  policy: SuitePolicy,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<ProblemResult[]> {
  const set = readProblems(suite.problems);
  await checkProblems(suite.verifiers, [set]);
  const { problems } = set;
  const template = promptTemplate(readFileSync(suite.prompt, "utf8"), suite.prompt);
  const prompts = createPromptCache(template);
  const results = new Map<Problem, readonly JudgedCompletion[]>();
  const places = new Map(problems.map((problem, place) => [problem, place]));
  const judge = await createJudge(suite.verifiers);
  const service = await createPolicyService({
    modelDirectory: suite.policy,
    baseWeights: policy.baseWeights,
    urls: policy.url === undefined ? [] : [policy.url],
    mode: "deterministic",
    weights: policy.weights,
    onRestart: () => undefined,
    signal,
  }).catch(async (error: unknown) => {
    await judge.close();
    throw error;
  });
  try {
    await evaluateProblems(problems, {
      sample: async (problem) => {
        const { tokenIds: promptIds } = await service.call((client) => prompts(client, problem.problem));
        const { samples: n, temperature, max_tokens: maxTokens } = suite;
        const seed = deriveSeed(suite.seed, "suite", places.get(problem) ?? 0);
        return service.complete({ promptIds, n, seed, temperature, topP: 1, topK: 0, maxTokens });
      },
      judge: async (problem, responses) =>
        (await judge.group(recordOf(problem), responses, signal)).map(({ outcome }) => outcome),
      take: (problem, judged) => {
        results.set(problem, judged);
        onProgress(results.size, problems.length);
      },
      concurrency: CONCURRENCY,
      signal,
    });
  } finally {
    await Promise.all([service.close(), judge.close()]);
  }
  return problems.map((problem) => ({ problem, results: results.get(problem) ?? [] }));
}

/** A problem as verifiers see it in a run, too. */
function recordOf(problem: Problem): JudgedProblem {
  const { id: _, hints: __, ...record } = problem;
  return record;
}
