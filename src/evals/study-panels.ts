import { mean } from "../core/statistics.ts";
import { bandOf, curveOf, type BandPoint } from "./study-curves.ts";
import type { StudyExperiment } from "./study-design.ts";
import { bySeed, type StudyResults } from "./study-tables.ts";

/** One diagram of a plot: the course of an accuracy in each variant. */
export interface Panel {
  readonly title: string;
  readonly curves: readonly { readonly variant: string; readonly band: readonly BandPoint[] }[];
}

/**
 * The diagrams of an experiment on a base: the hard arm, and the mean of the others where there are others. Empty when no
 * run of it is finished and has evaluations on the development set.
 */
export function panelsOf(study: StudyResults, experiment: StudyExperiment, base: string): Panel[] {
  const hard = hardArm(study);
  if (hard === undefined) return [];
  const others = study.arms.filter((arm) => arm !== hard);
  const panel = (title: string, arms: readonly string[]): Panel => ({
    title,
    curves: Object.keys(experiment.variants).flatMap((variant) => {
      const runs = [...bySeed(study, experiment, variant, base).values()];
      const band = bandOf(runs.map(({ curve }) => curveOf(curve, arms)));
      return band.length === 0 ? [] : [{ variant, band }];
    }),
  });
  const panels = [panel(hard, [hard])];
  if (others.length > 0) panels.push(panel(others.length === 1 ? others.join() : "mean of the other arms", others));
  return panels.filter(({ curves }) => curves.length > 0);
}

/** The arm that the study names, or else the one whose accuracy before the first step is lowest over all runs. */
function hardArm({ design, results, arms }: StudyResults): string | undefined {
  if (design.hard_arm !== undefined) return design.hard_arm;
  const starts = [...results.values()].flatMap(({ curve }) => curve.slice(0, 1));
  const ranked = arms.flatMap((arm) => {
    const known = starts.map(({ byArm }) => byArm.get(arm)).filter((accuracy) => accuracy !== undefined);
    return known.length === 0 ? [] : [{ arm, accuracy: mean(known) }];
  });
  return ranked.sort((a, b) => a.accuracy - b.accuracy)[0]?.arm;
}
