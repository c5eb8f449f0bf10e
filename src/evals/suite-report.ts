import { metricNamed } from "../core/metric-name.ts";
import { deriveSeed } from "../core/random.ts";
import { mean } from "../core/statistics.ts";
import { resample, type Stratum } from "./bootstrap.ts";
import { intervalOf, type Interval } from "./interval.ts";
import { measure, type ScoredCompletion } from "./metrics.ts";

/** A problem of an evaluation, with its completions. */
export interface ScoredProblem {
  readonly arm: string;
  readonly completions: readonly ScoredCompletion[];
}

/** A metric over the problems of an arm. */
export interface MetricReport {
  /** Mean over the problems. */
  readonly value: number;
  /** 95%: over other problems like these, each asked again. */
  readonly interval: Interval;
  /** Problems that have the metric: the others have too few completions with a verdict. */
  readonly problems: number;
}

/** What a suite gave on one arm, or on all of them. */
export interface ArmReport {
  readonly arm: string;
  readonly problems: number;
  /** Completions without a verdict. */
  readonly unjudged: number;
  /** By name; null where no problem of an arm has it, or no answer could be read for maj@k. */
  readonly metrics: Readonly<Record<string, MetricReport | null>>;
}

/** Metrics of an arm, resampled: an arm is a stratum of the whole. */
type Strata = ReadonlyMap<string, Stratum | null>;

/**
 * Reports by arm in order of first appearance, then of all together as `all` where there is more than one arm: the mean
 * over all problems, resampled arm by arm.
 * @param metrics by name.
 * @param seed of the resamples.
 */
export function reportByArm(problems: readonly ScoredProblem[], metrics: readonly string[], seed: number): ArmReport[] {
  const byArm = [...Map.groupBy(problems, ({ arm }) => arm)];
  const strata = byArm.map(([arm, ofArm]) => strataOf(ofArm, metrics, deriveSeed(seed, "bootstrap", arm)));
  const reports = byArm.map(([arm, ofArm], place) => reportOf(arm, ofArm, metrics, strata.slice(place, place + 1)));
  return byArm.length > 1 ? [...reports, reportOf("all", problems, metrics, strata)] : reports;
}

function strataOf(problems: readonly ScoredProblem[], metrics: readonly string[], seed: number): Strata {
  const hasAnswers = problems.some(({ completions }) => completions.some(({ extracted }) => extracted !== null));
  return new Map(
    metrics.map((name) => {
      const metric = metricNamed(name);
      if (metric === undefined) throw new RangeError(`${name} is no metric`);
      const values =
        metric.kind === "maj@" && !hasAnswers
          ? []
          : problems.map(({ completions }) => measure(metric, completions)).filter((value) => value !== null);
      return [name, values.length === 0 ? null : resample(values, seed)];
    }),
  );
}

function reportOf(
  arm: string,
  problems: readonly ScoredProblem[],
  metrics: readonly string[],
  strata: readonly Strata[],
): ArmReport {
  const completions = problems.flatMap((problem) => problem.completions);
  return {
    arm,
    problems: problems.length,
    unjudged: completions.filter(({ passed }) => passed === null).length,
    metrics: Object.fromEntries(metrics.map((name) => [name, metricOf(strata.map((arms) => arms.get(name) ?? null))])),
  };
}

/** A metric over strata; null when one of them lacks it: a mean of the others would be of something else. */
function metricOf(strata: readonly (Stratum | null)[]): MetricReport | null {
  const known = strata.filter((stratum) => stratum !== null);
  if (known.length < strata.length) return null;
  const values = known.flatMap((stratum) => stratum.values);
  return { value: mean(values), interval: intervalOf(known, [0, 1]), problems: values.length };
}
