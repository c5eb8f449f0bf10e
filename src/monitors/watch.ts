import { cutOff } from "./cut-off.ts";
import { entropyCollapse } from "./entropy-collapse.ts";
import { forgetting } from "./forgetting.ts";
import { gradientGrowth } from "./gradient-growth.ts";
import { lengthBlowUp } from "./length-blow-up.ts";
import { missingVerdicts } from "./missing-verdicts.ts";
import type { Finding, Monitor, StepNumbers } from "./monitor.ts";
import { plateau } from "./plateau.ts";
import { repeatedCompletions } from "./repeated-completions.ts";
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
  /** Metrics that an alarm was raised for, and how often in a row nothing was found of each since. */
  readonly quiet: Readonly<Record<string, number>>;
}

/** Steps (evaluations, for a monitor of those) without a finding after which the same alarm may be raised again. */
const QUIET = 10;

/** A monitor closed over the type of its state. */
interface Entry extends Pick<Monitor, "name" | "reads" | "init"> {
  observe(
    memory: unknown,
    row: StepNumbers,
  ): { readonly state: unknown; readonly findings: readonly Finding[] | undefined };
}

function entry<State>(monitor: Monitor<State>): Entry {
  return { ...monitor, observe: (memory, row) => monitor.observe(memory as State, row) };
}

const MONITORS: readonly Entry[] = [
  entry(entropyCollapse),
  entry(rewardWithoutPasses),
  entry(lengthBlowUp),
  entry(cutOff),
  entry(missingVerdicts),
  entry(samplerMismatch),
  entry(repeatedCompletions),
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
  return Object.fromEntries(MONITORS.map(({ name, init }) => [name, { memory: init(), quiet: {} }]));
}

/**
 * The memory after the numbers of one more step or evaluation, and the alarms that begin with them. An alarm is raised
 * when it begins, for an arm whatever became of the others; the same may come again once 10 steps (or evaluations) were
 * without it. What begins for several arms at once is one alarm, of the worst. Pure.
 */
export function watch(before: WatchState, row: StepNumbers): { readonly state: WatchState; readonly alarms: Alarm[] } {
  const alarms: Alarm[] = [];
  const state = MONITORS.map(({ name, init, observe }): [string, MonitorState] => {
    const { memory, quiet } = before[name] ?? { memory: init(), quiet: {} };
    const { state: next, findings } = observe(memory, row);
    if (findings === undefined) return [name, { memory: next, quiet }];
    const [worst, ...others] = findings.filter(({ metric }) => quiet[metric] === undefined);
    if (worst !== undefined) {
      const message = others.length === 0 ? worst.message : `${worst.message} (and ${others.length} more)`;
      alarms.push({ step: row.step, alarm: name, ...worst, message });
    }
    return [name, { memory: next, quiet: quietAfter(quiet, findings) }];
  });
  return { state: Object.fromEntries(state), alarms };
}

function quietAfter(quiet: MonitorState["quiet"], findings: readonly Finding[]): MonitorState["quiet"] {
  const waited = Object.entries(quiet).map(([metric, count]): [string, number] => [metric, count + 1]);
  const found = findings.map(({ metric }): [string, number] => [metric, 0]);
  return Object.fromEntries([...waited.filter(([, count]) => count < QUIET), ...found]);
}
