import type { Bounds } from "./axes.ts";
import type { ChartSeries } from "./series.ts";

/** A chart that a run's page and its report have, and which metrics it is drawn from. */
export interface RunChart {
  readonly id: string;
  readonly title: string;
  /** How to read it, in a sentence. */
  readonly hint: string;
  /** Names of metrics that it needs; one may end in `*`. A chart without any of them is left out. */
  readonly metrics: readonly string[];
  readonly kind: "lines" | "stack";
  readonly bounds?: Bounds;
  /** Makes its series of those of the metrics; default: as they are, named without their family. */
  readonly derive?: (series: readonly ChartSeries[]) => ChartSeries[];
}

const PHASES = ["collect", "credit", "train", "sync"].map((phase) => `seconds.${phase}`);

/** The charts of a run in the order of reading: what it learnt, how the policy moves, where time and rollouts go. */
export const RUN_CHARTS: readonly RunChart[] = [
  {
    id: "reward",
    title: "Reward",
    hint: "Mean reward of the policy's own rollouts.",
    metrics: ["reward.mean"],
    kind: "lines",
  },
  {
    id: "pass-rate",
    title: "Pass rate by arm",
    hint: "Share of practice rollouts without hints that passed.",
    metrics: ["pass_rate.*"],
    kind: "lines",
    bounds: { min: 0, max: 1 },
  },
  {
    id: "entropy",
    title: "Entropy",
    hint: "Of the policy's next token, in nats. Near 0, it has stopped trying other ways.",
    metrics: ["train.entropy"],
    kind: "lines",
  },
  {
    id: "kl",
    title: "KL to the sampler",
    hint: "How far a step's training moved the policy from the one that sampled.",
    metrics: ["train.kl_to_sampler", "train.kl_to_reference"],
    kind: "lines",
  },
  {
    id: "mismatch",
    title: "Mismatch KL",
    hint: "Between the sampler's and the trainer's log-probabilities of the same tokens. It should stay near 0.",
    metrics: ["train.mismatch_kl"],
    kind: "lines",
  },
  {
    id: "length",
    title: "Length",
    hint: "Mean tokens of a rollout.",
    metrics: ["tokens.sampled", "rollouts"],
    kind: "lines",
    derive: (series) => ratio("tokens a rollout", one(series, "tokens.sampled"), [one(series, "rollouts")]),
  },
  {
    id: "gradient",
    title: "Gradient norm",
    hint: "Before clipping.",
    metrics: ["train.gradient_norm"],
    kind: "lines",
  },
  {
    id: "clip",
    title: "Clipped tokens",
    hint: "Share of tokens whose ratio left the trust region.",
    metrics: ["train.clip_fraction"],
    kind: "lines",
  },
  {
    id: "teacher",
    title: "KL to the teacher",
    hint: "On the policy's own tokens.",
    metrics: ["teacher.kl"],
    kind: "lines",
  },
  {
    id: "phases",
    title: "Seconds by phase",
    hint: "Where a step's time goes.",
    metrics: PHASES,
    kind: "stack",
  },
  {
    id: "throughput",
    title: "Tokens a second",
    hint: "Sampled tokens by the seconds that the step took, and by those of collecting alone.",
    metrics: ["tokens.sampled", "wall_seconds", ...PHASES],
    kind: "lines",
    derive: (series) => {
      const tokens = one(series, "tokens.sampled");
      // Phases of several steps overlap where sampling runs ahead; runs of older versions know only those.
      const wall = one(series, "wall_seconds");
      return [
        ...ratio(
          "whole step",
          tokens,
          wall === undefined || wall.steps.length === 0 ? PHASES.map((name) => one(series, name)) : [wall],
        ),
        ...ratio("collecting", tokens, [one(series, "seconds.collect")]),
      ];
    },
  },
  {
    id: "drops",
    title: "Dropped rollouts by reason",
    hint: "Rollouts that were not trained on.",
    metrics: ["dropped.*"],
    kind: "stack",
  },
  {
    id: "scaffold",
    title: "Groups by what the scaffold did",
    hint: "Passed by themselves, too early for hints (exempt), rescued by a hint, or not.",
    metrics: ["scaffold.*"],
    kind: "stack",
  },
];

/** The charts that a run with these metrics has. */
export function runCharts(names: readonly string[]): RunChart[] {
  return RUN_CHARTS.filter(({ metrics }) => metrics.some((pattern) => names.some((name) => fits(name, pattern))));
}

/** Metrics that no chart of {@link RUN_CHARTS} shows. */
export function otherMetrics(names: readonly string[]): string[] {
  return names.filter((name) => !RUN_CHARTS.some(({ metrics }) => metrics.some((pattern) => fits(name, pattern))));
}

/** A chart's own series, out of all that were fetched. */
export function chartSeries({ metrics, derive }: RunChart, all: readonly ChartSeries[]): ChartSeries[] {
  const chosen = all.filter(({ name }) => metrics.some((pattern) => fits(name, pattern)));
  return derive === undefined ? chosen.map((series) => ({ ...series, name: shortName(series.name) })) : derive(chosen);
}

/** A metric's name without its family: `dropped.zero_variance` is `zero variance`, an arm keeps its name as it is. */
function shortName(name: string): string {
  const short = name.slice(name.indexOf(".") + 1);
  return name.startsWith("pass_rate.") ? short : short.replaceAll("_", " ");
}

/** Whether a metric's name is a pattern, or starts as one that ends in `*` does. */
export function fits(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function one(series: readonly ChartSeries[], name: string): ChartSeries | undefined {
  return series.find((each) => each.name === name);
}

/** A number divided by the sum of others at the same step; nothing where the first or all others are missing. */
function ratio(
  name: string,
  top: ChartSeries | undefined,
  bottom: readonly (ChartSeries | undefined)[],
): ChartSeries[] {
  const parts = bottom.filter((part) => part !== undefined);
  if (top === undefined || parts.length === 0) return [];
  const values = parts.map(({ steps, mean }) => new Map(steps.map((step, index) => [step, mean[index] ?? 0])));
  const mean = top.steps.map((step, index) => {
    const sum = values.reduce((total, part) => total + (part.get(step) ?? 0), 0);
    const value = top.mean[index] ?? null;
    return sum === 0 || value === null ? null : value / sum;
  });
  return [{ name, steps: top.steps, mean }];
}
