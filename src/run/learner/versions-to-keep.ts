import type { Recipe } from "../../config/recipe-schema.ts";
import { hasDevelopment } from "../../config/recipe-sources.ts";

/** A version of a run with a checkpoint, as far as it decides whether that is kept. */
export interface KeptVersion {
  readonly policyVersion: number;
  /** The step that made it. */
  readonly step: number;
  /** Share of the development set's completions that passed; null where it was not evaluated. */
  readonly accuracy: number | null;
}

/** Why a version is kept: it is among the newest, one of every so many steps, or among the best. */
export type KeptAs = "newest" | "every" | "best";

/** The versions to keep with the reasons, by their numbers. All others may go. Pure. */
export function versionsToKeep(
  versions: readonly KeptVersion[],
  { keep_last: last, keep_every: every, keep_best: best }: Recipe["checkpoints"],
): Map<number, KeptAs[]> {
  const kept = new Map<number, KeptAs[]>();
  const keep = (chosen: readonly KeptVersion[], as: KeptAs): void => {
    for (const { policyVersion } of chosen) kept.set(policyVersion, [...(kept.get(policyVersion) ?? []), as]);
  };
  const newestFirst = [...versions].sort((a, b) => b.policyVersion - a.policyVersion);
  keep(newestFirst.slice(0, last), "newest");
  keep(
    versions.filter(({ step }) => isKeptStep(step, every)),
    "every",
  );
  // Of two that are equally good the earlier: it was trained for less.
  const bestFirst = versions
    .filter(({ accuracy }) => accuracy !== null)
    .sort((a, b) => (b.accuracy ?? 0) - (a.accuracy ?? 0) || a.policyVersion - b.policyVersion);
  keep(bestFirst.slice(0, best), "best");
  return kept;
}

/** Whether `checkpoints.keep_every` keeps the version of a step. */
function isKeptStep(step: number, every: number | undefined): boolean {
  return every !== undefined && step % every === 0;
}

/**
 * Whether the version of a step needs a whole checkpoint, whatever `trainer.torch.checkpoint_every` says: it is kept, or
 * may turn out to be among the best.
 */
export function needsCheckpoint(recipe: Recipe, step: number): boolean {
  const {
    checkpoints: { keep_every: every, keep_best: best },
    evaluation,
  } = recipe;
  const isEvaluated = hasDevelopment(recipe) && step % evaluation.every === 0;
  return isKeptStep(step, every) || (best > 0 && isEvaluated);
}
