import type { Completion } from "../policy/policy-client.ts";
import { runAll, type Lane } from "../sampling/run-all.ts";
import type { Outcome } from "../verifiers/combine-verdicts.ts";

/** A completion of an evaluated problem with what its verdicts come to. */
export interface JudgedCompletion {
  readonly completion: Completion;
  readonly outcome: Outcome;
}

/** How problems are evaluated, each a task of its lane. */
export type EvaluationSetup<P> = Lane & {
  /** Completions of a problem, sampled without hints. */
  readonly sample: (problem: P, signal: AbortSignal) => Promise<Completion[]>;
  /** What the verdicts of each completion of a problem come to, in order. */
  readonly judge: (problem: P, completions: readonly Completion[], signal: AbortSignal) => Promise<readonly Outcome[]>;
  /** Takes the results of one problem, in whatever order problems are done. */
  readonly take: (problem: P, results: readonly JudgedCompletion[]) => void;
  readonly signal: AbortSignal;
};

/** Samples and judges every problem. What fails ends it; results taken until then stand. */
export async function evaluateProblems<P>(problems: readonly P[], setup: EvaluationSetup<P>): Promise<void> {
  const tasks = problems.map((problem) => async (signal: AbortSignal) => {
    const completions = await setup.sample(problem, signal);
    const outcomes = await setup.judge(problem, completions, signal);
    const results = completions.map((completion, number) => ({ completion, outcome: outcomes[number] as Outcome }));
    setup.take(problem, results);
  });
  await runAll(tasks, setup);
}
