import { mean } from "../core/statistics.ts";
import { jobName } from "./study-plan.ts";
import type { StudyDesign, StudyExperiment } from "./study-design.ts";
import { accuracy, markdownTable, meanText, NOTHING, percent, whole } from "./study-format.ts";
import type { RunResult } from "./study-results.ts";
import { estimate } from "./study-statistics.ts";

/** A study with the results of its finished runs, by name of the run. */
export interface StudyResults {
  readonly design: StudyDesign;
  readonly results: ReadonlyMap<string, RunResult>;
  /** All arms, in the order of the test set. */
  readonly arms: readonly string[];
}

/** The finished runs of a variant on a base, by seed. */
export function bySeed(
  { design, results }: StudyResults,
  { seeds }: StudyExperiment,
  variant: string,
  base: string,
): Map<number, RunResult> {
  return new Map(
    seeds.flatMap((seed) => {
      const result = results.get(jobName(design.name, variant, base, seed));
      return result === undefined ? [] : [[seed, result] as const];
    }),
  );
}

/** The mean final accuracy over all arms, or of one; undefined when the run was not tested on it. */
export function finalAccuracy({ final }: RunResult, arm?: string): number | undefined {
  if (arm !== undefined) return final.get(arm);
  return final.size === 0 ? undefined : mean([...final.values()]);
}

/** A base's variants: final accuracy by arm, and what it cost. */
export function variantTable(study: StudyResults, experiment: StudyExperiment, base: string): string {
  const { arms, design } = study;
  const hasTarget = design.target !== undefined;
  const header = ["variant", ...arms, "mean", "steps", "tokens", "under hints"];
  const rows = Object.keys(experiment.variants).map((variant) => {
    const runs = [...bySeed(study, experiment, variant, base).values()];
    const accuracies = [...arms, undefined].map((arm) => {
      const values = runs.map((run) => finalAccuracy(run, arm)).filter((value) => value !== undefined);
      return meanText(estimate(values), accuracy);
    });
    const total = (of: (run: RunResult) => number): number => runs.reduce((sum, run) => sum + of(run), 0);
    const average = (of: (run: RunResult) => number): string =>
      runs.length === 0 ? NOTHING : whole(total(of) / runs.length);
    return [
      variant,
      ...accuracies,
      average(({ steps }) => steps),
      average(({ tokens }) => tokens),
      percent(total(({ hintTokens }) => hintTokens) / total(({ tokens }) => tokens)),
      ...(hasTarget ? [tokensToTarget(runs)] : []),
      `${runs.length} of ${experiment.seeds.length}`,
    ];
  });
  return markdownTable([...header, ...(hasTarget ? ["tokens to target"] : []), "runs"], rows);
}

function tokensToTarget(runs: readonly RunResult[]): string {
  const reached = runs.map((run) => run.tokensToTarget).filter((tokens) => tokens !== null);
  const missed = runs.length - reached.length;
  const note = missed === 0 ? "" : `not reached in ${missed} of ${runs.length}`;
  if (reached.length === 0) return note === "" ? NOTHING : note;
  return [meanText(estimate(reached), whole), note].filter((part) => part !== "").join("; ");
}

/** A base's runs, one row each; those that are missing have a row too. */
export function seedTable(study: StudyResults, experiment: StudyExperiment, base: string): string {
  const { arms, design } = study;
  const hasTarget = design.target !== undefined;
  const header = ["variant", "seed", ...arms, "mean", "steps", "tokens", "under hints"];
  const rows = Object.keys(experiment.variants).flatMap((variant) => {
    const runs = bySeed(study, experiment, variant, base);
    return experiment.seeds.map((seed) => {
      const run = runs.get(seed);
      if (run === undefined) return [variant, String(seed), "missing", ...header.slice(3).map(() => "")];
      return [
        variant,
        String(seed),
        ...[...arms, undefined].map((arm) => accuracy(finalAccuracy(run, arm))),
        whole(run.steps),
        whole(run.tokens),
        percent(run.hintTokens / run.tokens),
        ...(hasTarget ? [run.tokensToTarget === null ? "not reached" : whole(run.tokensToTarget)] : []),
      ];
    });
  });
  return markdownTable([...header, ...(hasTarget ? ["tokens to target"] : [])], rows);
}
