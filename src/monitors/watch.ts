import { cutOff } from "./cut-off.ts";
import { entropyCollapse } from "./entropy-collapse.ts";
import { forgetting } from "./forgetting.ts";
import { gradientGrowth } from "./gradient-growth.ts";
import { lengthBlowUp } from "./length-blow-up.ts";
import type { Finding, Monitor, StepNumbers } from "./monitor.ts";
import { plateau } from "./plateau.ts";
import { rewardWithoutPasses } from "./reward-without-passes.ts";
import { samplerMismatch } from "./sampler-mismatch.ts";
import { staleRollouts } from "./stale-rollouts.ts";
import { suffixFailure } from "./suffix-failure.ts";
import { zeroVariance } from "./zero-variance.ts";

/** A finding that was not there before. */
export interface Alarm extends Finding {
  /** The step after which it was found. */
  readonly step: number;
  /** Name of the monitor. */
  readonly alarm: string;
}

/** Memory of all monitors: plain JSON. */
export type WatchState = Readonly<Record<string, MonitorState>>;

interface MonitorState {
  readonly memory: unknown;
  /** Steps in a row without a finding since the last alarm; null while none was raised. */
  readonly quiet: number | null;
}

/** Steps without a finding after which the same monitor may raise an alarm again. */
const QUIET = 10;

/** A monitor closed over the type of its state. */
interface Entry extends Pick<Monitor, "name" | "reads" | "init"> {
  observe(memory: unknown, row: StepNumbers): { readonly state: unknown; readonly finding: Finding | null | undefined };
}

function entry<State>(monitor: Monitor<State>): Entry {
  return { ...monitor, observe: (memory, row) => monitor.observe(memory as State, row) };
}

const MONITORS: readonly Entry[] = [
  entry(entropyCollapse),
  entry(rewardWithoutPasses),
  entry(lengthBlowUp),
  entry(cutOff),
  entry(samplerMismatch),
  entry(staleRollouts),
  entry(zeroVariance),
  entry(gradientGrowth),
  entry(plateau),
  entry(suffixFailure),
  entry(forgetting),
];

/** Names of all alarms, in the order of the documentation. */
export const ALARMS: readonly string[] = MONITORS.map(({ name }) => name);

/** Metrics that the monitors read, each once; one that ends in `*` stands for all that begin so. */
export const WATCHED: readonly string[] = [...new Set(MONITORS.flatMap(({ reads }) => reads))];

/** The memory before the first step. */
export function startWatch(): WatchState {
  return Object.fromEntries(MONITORS.map(({ name, init }) => [name, { memory: init(), quiet: null }]));
}

/**
 * The memory after the numbers of one more step or evaluation, and the alarms that begin with them. An alarm is raised
 * when it begins; the same may come again once 10 steps were without it. Pure.
 */
export function watch(before: WatchState, row: StepNumbers): { readonly state: WatchState; readonly alarms: Alarm[] } {
  const alarms: Alarm[] = [];
  const state = MONITORS.map(({ name, init, observe }): [string, MonitorState] => {
    const { memory, quiet } = before[name] ?? { memory: init(), quiet: null };
    const { state: next, finding } = observe(memory, row);
    if (finding === undefined) return [name, { memory: next, quiet }];
    if (finding === null)
      return [name, { memory: next, quiet: quiet === null || quiet + 1 >= QUIET ? null : quiet + 1 }];
    if (quiet === null) alarms.push({ step: row.step, alarm: name, ...finding });
    return [name, { memory: next, quiet: 0 }];
  });
  return { state: Object.fromEntries(state), alarms };
}
