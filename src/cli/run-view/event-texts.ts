import type { RecipeChanged, ReplicaState, RunStarted, SourcesEdited } from "../../run/events.ts";
import { asStarted } from "../command-name.ts";
import { oneLine } from "../printable.ts";

/** What a run was forked from, to follow its name; nothing for a run of its own. */
export function forkText(forkedFrom: RunStarted["forkedFrom"]): string {
  return forkedFrom === undefined ? "" : `, forked from run ${forkedFrom.runId} after step ${forkedFrom.step}`;
}

/** A change of the recipe as a sentence. */
export function changeText({ step, path, before, after, by }: Omit<RecipeChanged, "type" | "evidence">): string {
  const who = by === "person" ? "" : ` (by ${oneLine(by)})`;
  return `from step ${step} on: ${oneLine(path)} ${optionText(before)} -> ${optionText(after)}${who}`;
}

/** That files were edited since the run began. */
export function editedText({ files }: SourcesEdited): string {
  const which = files.map(oneLine).join(" and ");
  const [were, they] = files.length === 1 ? ["was", "it"] : ["were", "they"];
  return asStarted(
    `${which} ${were} edited since; the run goes on with ${they} as it began. To change an option: rlvr resume --set path=value`,
  );
}

/** That a policy server went out of use, or is back. */
export function replicaText({ replica, state, reason }: ReplicaState): string {
  const what = state === "out" ? "is out of use" : "is back";
  return `policy server ${oneLine(replica)} ${what}: ${oneLine(reason)}`;
}

/** The value of an option, `none` where it is left out. */
export function optionText(value: unknown): string {
  if (value === null) return "none";
  return oneLine(typeof value === "string" ? value : JSON.stringify(value));
}
