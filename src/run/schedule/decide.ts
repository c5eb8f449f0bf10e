import type { StepPhase } from "../../tracking/steps.ts";

/** How a run stands, in plain data. */
export interface Situation {
  /** Batches that are sampled ahead of the one that is trained: `pipeline.depth`. */
  readonly depth: number;
  /** Whether completions go on under new weights: `pipeline.partial`. */
  readonly partial: boolean;
  /** The newest step that is done, and the newest that is begun. */
  readonly finished: number;
  readonly begun: number;
  /** The phases of the steps between them, oldest first. */
  readonly open: readonly { readonly step: number; readonly phase: Exclude<StepPhase, "done"> }[];
  /** Whether no further step is begun: its steps or tokens are spent, or a monitor ends it. */
  readonly isOver: boolean;
  /** Steps after which evaluations are due that are not done, oldest first. */
  readonly due: readonly number[];
}

/** What a run does next. */
export type Decision =
  /** Choose the problems of a step. */
  | { readonly kind: "begin"; readonly step: number }
  /** Work a phase of a step. */
  | { readonly kind: Exclude<StepPhase, "done">; readonly step: number }
  /** Evaluate the policy as it stood after a step. */
  | { readonly kind: "evaluate"; readonly step: number };

/**
 * Everything that may go on at the same time as the run stands; nothing when it has ended. Pure: equal rows give equal
 * decisions.
 *
 * Step k is begun when step k - 1 - depth is done, and not later: what comes of the step after that is observed only once
 * step k is chosen. So every choice goes by the same batches, however long sampling and training take. Without depth all
 * evaluations that are due come before the next step; with it they go on beside the steps, one at a time, and none falls
 * behind by more than a step.
 */
export function decide({ depth, partial, finished, begun, open, isOver, due }: Situation): Decision[] {
  const mayBegin = !isOver && begun < finished + 1 + depth;
  const isBehind = due.some((step) => step < finished);
  if (mayBegin && !isBehind && (depth > 0 || due.length === 0)) return [{ kind: "begin", step: begun + 1 }];
  const collecting = open.filter(({ phase }) => phase === "collect");
  // No weights are loaded under an evaluation.
  const isEvaluating = partial && due.length > 0;
  const waits = { collect: true, observe: mayBegin || isBehind, credit: false, train: false, sync: isEvaluating };
  const learning = open.slice(0, 1).filter(({ phase }) => !waits[phase]);
  const evaluating = due.slice(0, 1);
  return [
    ...collecting.map(({ step }): Decision => ({ kind: "collect", step })),
    ...learning.map(({ step, phase }): Decision => ({ kind: phase, step })),
    ...evaluating.map((step): Decision => ({ kind: "evaluate", step })),
  ];
}
