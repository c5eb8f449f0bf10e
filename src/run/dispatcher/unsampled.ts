import { isRlvrError, messageOf, RlvrError } from "../../core/errors.ts";
import { droppedGroups, dropGroup, type GroupDropReason, type GroupRow, type StepRow } from "../../tracking/steps.ts";
import { eventsOfType } from "../../tracking/events.ts";
import type { GroupDropped } from "../events.ts";
import type { RunContext } from "../run-context.ts";

/** Why a prompt cannot be sampled though others may be; undefined for an error that concerns all of them. */
export function unsampledReason(error: unknown): GroupDropReason | undefined {
  if (!isRlvrError(error)) return undefined;
  if (error.code === "prompt_too_long") return "too_long";
  return error.code === "sampling_failed" || error.code === "unsupported_character" ? "sampling_failed" : undefined;
}

/**
 * Drops a group that cannot be sampled, with its reason.
 * @throws RlvrError `sampling_failed` when more groups of the step fail than the recipe allows: the group is then sampled
 * again when the run is resumed. Any error that is not about the group alone, as it is.
 */
export function dropUnsampled(context: RunContext, step: StepRow, group: GroupRow, error: unknown): void {
  const { db, run, conclude } = context;
  const reason = unsampledReason(error);
  if (reason === undefined) throw error;
  if (reason === "sampling_failed") {
    const { groups, dropped } = droppedGroups(db, step.id);
    const failed = (dropped.sampling_failed ?? 0) + 1;
    const first = (): string | undefined =>
      eventsOfType(db, run.id, "group_dropped")
        .map(({ data }) => data as GroupDropped)
        .find((event) => event.step === step.number && event.reason === reason)?.detail;
    refuseTooMany(context, { failed, of: groups, what: `groups of step ${step.number}`, first, error });
  }
  const { slot, arm, problem } = group;
  conclude(
    () => dropGroup(db, group.id, reason),
    [{ type: "group_dropped", step: step.number, slot, arm, problem: problem.key, reason, detail: messageOf(error) }],
  );
}

/**
 * Ends a run when too many prompts cannot be sampled: `sampling.max_failed` of them, rounded up, may fail.
 * @throws RlvrError `sampling_failed` with the first failure.
 */
export function refuseTooMany(
  { recipe, run }: Pick<RunContext, "recipe" | "run">,
  {
    failed,
    of,
    what,
    first,
    error,
  }: {
    readonly failed: number;
    readonly of: number;
    /** The prompts, in words. */
    readonly what: string;
    /** Finds the message of the first failure, where it was not this one. */
    readonly first: () => string | undefined;
    readonly error: unknown;
  },
): void {
  const most = recipe.sampling.max_failed;
  if (failed <= Math.ceil(most * of)) return;
  throw new RlvrError(
    "sampling_failed",
    `${failed} of ${of} ${what} cannot be sampled, more than sampling.max_failed (${most}) allows; the first: ${first() ?? messageOf(error)}`,
    {
      advice:
        "Check the policy server and its log (rlvr doctor --policy URL), or allow more by --set sampling.max_failed=SHARE; " +
        `then go on with: rlvr resume ${run.id}`,
      cause: error,
    },
  );
}
