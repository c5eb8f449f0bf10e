import type { z } from "zod";

/**
 * A scaffold decides when and how to hint. Pure: it sees what a group has given so far and says what to do next; the
 * run samples hinted rollouts through the ordinary path and asks again. Nothing is remembered between two calls, so a
 * run that was killed in the middle of a search goes on from its rows.
 */
export interface Scaffold<Options = unknown> {
  /** The name that recipes use. */
  readonly name: string;
  /** Checks a recipe's options and fills in defaults. */
  readonly options: z.ZodType<Options>;
  /** What to do next with a group whose rollouts all have a verdict or none to come. */
  decide(group: ScaffoldGroup, options: Options): ScaffoldDecision;
  /** Kinds of hints that it gives; without any of them in a problem set it would do nothing. */
  tiers(options: Options): readonly Tier[];
  /** Whether it asks for {@link ScaffoldGroup.earlierPassRates}. */
  looksBack(options: Options): boolean;
  /** Whether it may train a rollout under another prompt than it was sampled under: the ratio then needs `old: recompute`. */
  changesPrompts(options: Options): boolean;
}

/** Kinds of hints, weakest first. */
export const TIERS = ["knowledge", "planning", "solution"] as const;

/** A kind of hint. */
export type Tier = (typeof TIERS)[number];

/** Parts of a problem's hints by tier; level j of a tier is its first j parts. */
export type HintParts = { readonly [tier in Tier]?: readonly string[] | undefined };

/** A hint to show. */
export interface Hint {
  readonly tier: Tier;
  /** How many parts of the tier are shown, from 1. */
  readonly level: number;
  /** Those parts. */
  readonly parts: readonly string[];
}

/** A hint that was tried with a group. */
export interface HintAttempt extends Hint {
  /** Whether each rollout under it passed, null without a verdict; empty when it was skipped. */
  readonly passed: readonly (boolean | null)[];
}

/** What is known of a group when its scaffold decides. */
export interface ScaffoldGroup {
  /** The run's step, from 1. */
  readonly step: number;
  /** Share of the run that lies behind, 0 to 1. */
  readonly progress: number;
  /** Whether each rollout under the plain prompt passed; null without a verdict. */
  readonly passed: readonly (boolean | null)[];
  readonly hints: HintParts;
  /** Hints that were tried so far, in order. */
  readonly attempts: readonly HintAttempt[];
  /**
   * Earlier visits to the problem in this run under other policy versions, oldest first: the pass rate under the plain
   * prompt, null without any verdict. Empty unless the scaffold looks back.
   */
  readonly earlierPassRates: readonly (number | null)[];
}

/** A hinted rollout that stands in for one of the group's own. */
export interface Replacement {
  /** Number of the rollout that is replaced. */
  readonly rollout: number;
  /** Which attempt, and which of its rollouts, takes the place. */
  readonly attempt: number;
  readonly sample: number;
  /** Prompt that it is trained under: the one it was sampled under, or the problem's plain one. */
  readonly trainedUnder: "hinted" | "unhinted";
}

/** Why a group is left as it is, or that it is not. */
export type ScaffoldOutcome =
  /** A rollout passed without a hint. */
  | "passed"
  /** Too few verdicts to call it a cliff. */
  | "unjudged"
  /** Hints are not given yet. */
  | "exempt"
  /** The problem has not been stuck for long enough. */
  | "not_stagnant"
  /** The problem has no hints. */
  | "no_hints"
  /** No hint led to a pass. */
  | "unrescued"
  /** Hinted rollouts took the place of some of its own, as none of those passed. */
  | "hinted"
  /** Hinted rollouts took the place of all, whatever its own gave. */
  | "cold_start"
  /** Scaffolding is off. */
  | "none";

/** What to do next with a group. */
export type ScaffoldDecision =
  | { readonly kind: "try"; readonly hint: Hint; readonly samples: number }
  | { readonly kind: "done"; readonly outcome: ScaffoldOutcome; readonly replacements: readonly Replacement[] };

/** The decision to leave a group as it is. */
export function leave(outcome: ScaffoldOutcome): ScaffoldDecision {
  return { kind: "done", outcome, replacements: [] };
}

/** The hint that shows the first `level` parts of a tier. */
export function hintAt(tier: Tier, parts: readonly string[], level: number): Hint {
  return { tier, level, parts: parts.slice(0, level) };
}
