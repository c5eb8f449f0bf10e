import { messageOf } from "../../core/errors.ts";
import { deriveSeed } from "../../core/random.ts";
import { evaluateProblems, type JudgedCompletion } from "../../evals/evaluate-problems.ts";
import { spreadOverArms } from "../../evals/spread-over-arms.ts";
import type { Completion } from "../../policy/policy-client.ts";
import {
  armResults,
  beginEval,
  evaluatedProblems,
  finishedEvalIn,
  finishEval,
  storeEvalResults,
  type EvalRow,
} from "../../tracking/evals.ts";
import { judgedText, problemRecord } from "../scoring/judge.ts";
import { problemsOfSet, type ProblemRow } from "../../tracking/problem-sets.ts";
import type { ServedWeights } from "../../policy/weight-sync.ts";
import { beginningOf } from "../history.ts";
import type { RunContext } from "../run-context.ts";
import { stopSettings } from "../dispatcher/stop-settings.ts";
import { weightsAfter } from "../services/served-weights.ts";
import { dueSuites, setOf, type Suite } from "./due-suites.ts";
import { refuseTooMany, unsampledReason } from "../dispatcher/unsampled.ts";

/**
 * Does the evaluations that are due after a step and not done yet; one that a kill cut short is completed. Those that a
 * fork's parent made of the version that it begins with count.
 */
export async function evaluateAsDue(context: RunContext, step: number, isLast: boolean): Promise<void> {
  const { db, run, recipeAt, history, policy } = context;
  const weights = weightsAfter(context, step);
  await policy.under(weights, async () => {
    for (const suite of dueSuites(step, isLast, recipeAt(step).evaluation.every, beginningOf(history))) {
      const setId = setOf(run, suite);
      if (setId === null || finishedEvalIn(db, history, suite, step) !== undefined) continue;
      await evaluate(context, { suite, setId, step }, weights);
    }
  });
}

async function evaluate(
  context: RunContext,
  { suite, setId, step }: { readonly suite: Suite; readonly setId: number; readonly step: number },
  weights: ServedWeights,
): Promise<void> {
  const { db, run, recipe, sources, watch, emit, conclude, signal } = context;
  const { policyVersion } = weights;
  const { samples: usual, test_samples: onTest = usual, temperature } = recipe.evaluation;
  const samples = suite === "test" ? onTest : usual;
  const row = beginEval(db, { runId: run.id, suite, setId, policyVersion, step, samples, temperature });
  const open = problemsOfSet(db, setId).filter(({ id }) => !context.leftOut.has(id));
  const problems = spreadOverArms(open, recipe.evaluation.limit);
  const known = evaluatedProblems(db, row.id);
  let done = known.size;
  let failed = 0;
  let first: unknown;
  await evaluateProblems(
    problems.filter((problem) => !known.has(problem.id)),
    {
      async sample(problem, until) {
        try {
          return await sampleProblem({ ...context, signal: until }, row, problem, weights);
        } catch (error) {
          if (unsampledReason(error) === undefined) throw error;
          first ??= error;
          const what = `problems of the ${suite} set`;
          refuseTooMany(context, { failed: ++failed, of: problems.length, what, first: () => messageOf(first), error });
          return [];
        }
      },
      judge: async (problem, completions, until) => {
        const { judge } = sources(problem);
        const judged = await judge.group(problemRecord(problem), completions.map(judgedText), until);
        return judged.map(({ outcome }) => outcome);
      },
      take: (problem, results) => {
        storeEvalResults(
          db,
          results.length === 0 ? unsampledRows(row, problem.id) : resultRows(row.id, problem.id, results),
        );
        emit({ type: "eval_progress", suite, step, done: ++done, total: problems.length });
      },
      queue: context.permits(step),
      signal,
    },
  );
  const arms = armResults(db, row.id);
  const alarms = suite === "development" ? watch.evaluation(step, arms) : [];
  conclude(() => finishEval(db, row.id), [{ type: "eval_finished", suite, step, policyVersion, arms }, ...alarms]);
}

async function sampleProblem(
  context: RunContext,
  row: EvalRow,
  problem: ProblemRow,
  weights: ServedWeights,
): Promise<Completion[]> {
  const { run, recipe, policy, sources, signal } = context;
  const { prompts } = sources(problem);
  const { tokenIds } = await policy.call((client) => prompts(client, problemRecord(problem)), signal);
  const request = {
    promptIds: tokenIds,
    n: row.samples,
    // The same seeds at every evaluation: what differs between two of them is the policy.
    seed: deriveSeed(run.seed, "evaluate", row.suite, problem.position),
    temperature: row.temperature,
    topP: 1,
    topK: 0,
    maxTokens: recipe.sampling.max_tokens,
    ...stopSettings(recipe.sampling),
  };
  return policy.complete(request, signal, weights);
}

/** What stands for the completions of a problem that cannot be sampled: they have no verdict. */
function unsampledRows({ id: evalId, samples }: EvalRow, problemId: number) {
  return Array.from({ length: samples }, (_, number) => ({
    evalId,
    problemId,
    number,
    status: "error" as const,
    passed: null,
    score: null,
    tokens: 0,
    text: "",
  }));
}

function resultRows(evalId: number, problemId: number, results: readonly JudgedCompletion[]) {
  return results.map(({ completion, outcome }, number) => ({
    evalId,
    problemId,
    number,
    status: outcome.status,
    passed: outcome.passed,
    score: outcome.reward,
    tokens: completion.tokenIds.length,
    text: completion.text,
  }));
}
