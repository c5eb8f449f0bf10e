import { mean } from "../core/statistics.ts";
import type { StudyTarget } from "./study-design.ts";

/** Accuracy of an arm in an evaluation. */
export interface AccuracyRow {
  readonly suite: string;
  /** The step after which it was made; 0 is before the first. */
  readonly step: number;
  readonly arm: string;
  readonly accuracy: number;
}

/** Completion tokens that a step sampled, and those of them under hints. */
export interface TokenRow {
  readonly step: number;
  readonly sampled: number;
  readonly hints: number;
}

/** What the database holds of a run. */
export interface StoredRun {
  readonly name: string;
  readonly state: string;
  readonly recipe: unknown;
  /** By suite, step, and the order of the arms in their set. */
  readonly accuracies: readonly AccuracyRow[];
  /** By step. */
  readonly tokens: readonly TokenRow[];
}

/** Accuracy by arm after so many tokens. */
export interface CurveStep {
  /** Tokens sampled by the steps so far. */
  readonly tokens: number;
  readonly byArm: ReadonlyMap<string, number>;
}

/** What a finished run of a study came to. */
export interface RunResult {
  readonly recipe: unknown;
  /** Accuracy by arm on the test set after the last step; empty without a test set. */
  readonly final: ReadonlyMap<string, number>;
  /** Evaluations on the development set, the one before the first step included. */
  readonly curve: readonly CurveStep[];
  readonly steps: number;
  readonly tokens: number;
  readonly hintTokens: number;
  /** Tokens sampled until the accuracy was at the target, between evaluations on a straight line; null when it never was. */
  readonly tokensToTarget: number | null;
}

/** The result of a run that is finished. */
export function resultOf(run: StoredRun, target: StudyTarget | undefined): RunResult {
  const steps = run.tokens.at(-1)?.step ?? 0;
  const test = evaluations(run, "test").at(-1);
  return {
    recipe: run.recipe,
    final: test !== undefined && test.step === steps ? test.byArm : new Map(),
    curve: evaluations(run, "development"),
    steps,
    tokens: sum(run.tokens.map(({ sampled }) => sampled)),
    hintTokens: sum(run.tokens.map(({ hints }) => hints)),
    tokensToTarget: target === undefined ? null : tokensTo(target.accuracy, evaluations(run, target.suite)),
  };
}

function tokensTo(accuracy: number, curve: readonly CurveStep[]): number | null {
  const means = curve.map(({ byArm }) => mean([...byArm.values()]));
  const after = means.findIndex((value) => value >= accuracy);
  const [low, high] = [means[after - 1], means[after]];
  const [from, to] = [curve[after - 1]?.tokens, curve[after]?.tokens];
  if (to === undefined || high === undefined) return null;
  if (from === undefined || low === undefined) return to;
  return from + ((accuracy - low) / (high - low)) * (to - from);
}

function evaluations({ accuracies, tokens }: StoredRun, suite: string): (CurveStep & { readonly step: number })[] {
  const steps = new Map<number, Map<string, number>>();
  for (const row of accuracies) {
    if (row.suite !== suite) continue;
    const byArm = steps.get(row.step) ?? new Map<string, number>();
    steps.set(row.step, byArm.set(row.arm, row.accuracy));
  }
  return [...steps].map(([step, byArm]) => ({
    step,
    tokens: sum(tokens.filter((row) => row.step <= step).map(({ sampled }) => sampled)),
    byArm,
  }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
