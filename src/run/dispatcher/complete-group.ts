import type { GroupRow, StepRow } from "../../tracking/steps.ts";
import type { SamplingContext } from "../run-context.ts";
import { judgeGroup, sampleGroup } from "./sample-group.ts";
import { scaffoldGroup } from "./scaffold-group.ts";
import { teachGroup } from "./teach.ts";
import { dropUnsampled } from "./unsampled.ts";

/**
 * Takes a group from wherever its rows say it stands to its end: sampled, judged, tried with hints and scored by the teacher,
 * or dropped. It ends early when the group's controller in `atWork` aborts.
 * @param step that it was chosen for.
 */
export async function completeGroup(context: SamplingContext, step: StepRow, group: GroupRow): Promise<void> {
  const { atWork } = context;
  const cancelling = atWork.get(group.id) ?? new AbortController();
  const signal = AbortSignal.any([context.signal, cancelling.signal]);
  try {
    signal.throwIfAborted();
    await workOn({ ...context, signal }, step, group);
  } catch (error) {
    // Its rows say that it was dropped.
    if (!cancelling.signal.aborted) throw error;
  } finally {
    atWork.delete(group.id);
  }
}

async function workOn(context: SamplingContext, step: StepRow, group: GroupRow): Promise<void> {
  if (group.state !== "teaching") {
    if (group.state === "selected" || group.state === "sampling")
      try {
        await sampleGroup(context, group);
      } catch (error) {
        return dropUnsampled(context, step, group, error);
      }
    if (group.state !== "scaffolding") await judgeGroup(context, group);
    await scaffoldGroup(context, step, group);
  }
  await teachGroup(context, group);
}
