import { sampledTokens } from "../tracking/metrics.ts";
import { stepNumbered } from "../tracking/steps.ts";
import { beginNextStep } from "./dispatcher/choose-problems.ts";
import { collect } from "./dispatcher/collect.ts";
import { evaluateAsDue } from "./evaluation/evaluate.ts";
import { takeBatch } from "./dispatcher/take-batch.ts";
import { credit } from "./learner/credit.ts";
import { observe } from "./learner/observe.ts";
import { saveLastVersion } from "./learner/save-last-version.ts";
import { sync } from "./learner/sync.ts";
import { train } from "./learner/train.ts";
import type { RunContext } from "./run-context.ts";
import { decide, type Decision } from "./schedule/decide.ts";
import { situationOf } from "./schedule/situation.ts";
import { requireVerdicts } from "./scoring/require-verdicts.ts";

const PHASES = { collect, credit, train, sync, observe };

/**
 * Works a run to its end from wherever its rows say it stands: asks what may go on, begins what does not go on yet, and asks
 * again when something is done. There is no other state: a new run and one that was killed anywhere go through the same lines.
 * When something fails, what goes on beside it is ended and waited for.
 * @returns why the run ended before its last step, or null.
 */
export async function execute(context: RunContext): Promise<string | null> {
  const failing = new AbortController();
  let woken = Promise.withResolvers<void>();
  const own = {
    ...context,
    signal: AbortSignal.any([context.signal, failing.signal]),
    wake: () => woken.resolve(),
  };
  const underway = new Map<string, Promise<void>>();
  /** Of a step that waits for its turn to be batched the groups are not collected again. */
  const collected = new Set<string>();
  try {
    for (;;) {
      context.signal.throwIfAborted();
      if (context.recipe.pipeline.partial) takeBatch(own);
      const situation = situationOf(own);
      const decisions = decide(situation);
      for (const decision of decisions) {
        const name = `${decision.kind} ${decision.step}`;
        if (underway.has(name) || collected.has(name)) continue;
        const isLast = situation.isOver && situation.open.length === 0;
        const carry = async (): Promise<void> => {
          await carryOut(own, decision, isLast);
          // One that failed stays, to be met below.
          underway.delete(name);
          if (decision.kind === "collect") collected.add(name);
        };
        underway.set(name, carry());
      }
      if (underway.size === 0) return end(context, situation);
      await Promise.race([woken.promise, ...underway.values()]);
      woken = Promise.withResolvers();
    }
  } finally {
    failing.abort();
    await Promise.allSettled(underway.values());
  }
}

async function carryOut(context: RunContext, { kind, step: number }: Decision, isLast: boolean): Promise<void> {
  if (kind === "begin") return beginNextStep(context, number);
  if (kind === "evaluate") return evaluateAsDue(context, number, isLast);
  const { db, run, emit, work, recipeAt } = context;
  const step = stepNumbered(db, run.id, number);
  emit({ type: "phase_started", step: number, phase: kind });
  const done = work.get(number) ?? { isWhole: false, seconds: {} };
  work.set(number, done);
  const started = performance.now();
  await PHASES[kind]({ ...context, recipe: recipeAt(number) }, step);
  const seconds = (performance.now() - started) / 1000;
  done.seconds[kind] = seconds;
  emit({ type: "phase_finished", step: number, phase: kind, seconds });
  if (kind === "observe") work.delete(number);
}

async function end(
  context: RunContext,
  { finished, reason }: { readonly finished: number; readonly reason: string | null },
): Promise<string | null> {
  requireVerdicts(context);
  await saveLastVersion(context);
  return reason ?? spentBudget(context, finished);
}

/** That a run's tokens are spent, where they ended it before its last step; else null. */
function spentBudget(
  { db, run, recipe: { steps, token_budget: budget } }: RunContext,
  finished: number,
): string | null {
  if (budget === undefined || finished >= steps) return null;
  const [spent, given] = [sampledTokens(db, run.id), budget].map((tokens) => tokens.toLocaleString("en-US"));
  return `its tokens are spent after ${finished} of ${steps} steps: ${spent} of a token_budget of ${given}`;
}
