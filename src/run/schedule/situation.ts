import { finishedEvalIn } from "../../tracking/evals.ts";
import { begunSteps, finishedSteps, openSteps } from "../../tracking/steps.ts";
import { dueSuites, setOf } from "../evaluation/due-suites.ts";
import { beginningOf } from "../history.ts";
import { progressAfter } from "../progress.ts";
import type { RunContext } from "../run-context.ts";
import type { Situation } from "./decide.ts";

/** How a run stands, by its rows; with why it ends before its last step, where a monitor says so. */
export function situationOf(context: RunContext): Situation & { readonly reason: string | null } {
  const { db, run, recipe, watch } = context;
  const { depth, partial } = recipe.pipeline;
  const [finished, begun] = [finishedSteps(db, run), begunSteps(db, run)];
  const open = openSteps(db, run.id).flatMap(({ number: step, phase }) => (phase === "done" ? [] : [{ step, phase }]));
  const isSpent = finished > 0 && progressAfter(context, finished) >= 1;
  const isOver = isSpent || begun >= recipe.steps;
  const isLast = isSpent && open.length === 0;
  // Those of the step before may still be going on.
  const due = [finished - 1, finished].filter((step) => isDue(context, step, isLast && step === finished));
  // A monitor has seen the evaluations of the step before it is asked.
  const reason = isSpent || due.length > 0 ? null : watch.reasonToStop(finished);
  if (reason === null) return { depth, partial, finished, begun, open, isOver, due, reason };
  const last = isDue(context, finished, true) ? [finished] : [];
  return { depth, partial, finished, begun, open, isOver: true, due: last, reason };
}

/** Whether evaluations are due after a step and not done. */
function isDue({ db, run, recipeAt, history }: RunContext, step: number, isLast: boolean): boolean {
  const first = beginningOf(history);
  if (step < first || step < (run.parentStep ?? 0)) return false;
  return dueSuites(step, isLast, recipeAt(step).evaluation.every, first).some(
    (suite) => setOf(run, suite) !== null && finishedEvalIn(db, history, suite, step) === undefined,
  );
}
