import { join } from "node:path";
import { printedLines } from "../printed-lines.ts";
import type { StubPlan, StubUse } from "./stub-replicas.ts";

/** A run on stub replicas and a stub trainer. */
export interface RunPlan {
  readonly stub: StubPlan;
  readonly steps: number;
  readonly groups: number;
  readonly groupSize: number;
  readonly maxTokens: number;
  /** Groups in flight at once. */
  readonly concurrency: number;
  /** The recipe's `pipeline`. */
  readonly pipeline: Readonly<Record<string, unknown>>;
}

/** What a run took. */
export interface RunMeasures {
  /** From the choice of the first step's problems to the end of the last step, in seconds. */
  readonly wallSeconds: number;
  readonly stub: StubUse;
  /** Seconds that the trainer worked. */
  readonly trainerSeconds: number;
  readonly rollouts: number;
  /** Tokens of the rollouts' completions. */
  readonly tokens: number;
  /** Mean of the policy versions between what was trained and what sampled it, over the steps. */
  readonly staleness: number;
  /** Processor seconds of the orchestrator's process. */
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
  readonly databaseBytes: number;
  /** How long the event loop kept events waiting, in milliseconds. */
  readonly loopDelayMs: { readonly p99: number; readonly max: number };
}

/** Runs a plan in a process of its own, with further arguments for Node. */
export async function runBlock(plan: RunPlan, nodeArgs: readonly string[] = []): Promise<RunMeasures> {
  const program = [...nodeArgs, join(import.meta.dirname, "run-block.ts"), JSON.stringify(plan)];
  const lines = await printedLines(process.execPath, program);
  return JSON.parse(lines.at(-1) ?? "") as RunMeasures;
}

/** Share of the samplers' slots that worked over a time in milliseconds. */
export function slotsBusy({ stub: { replicas, slots } }: RunPlan, { stub }: RunMeasures, milliseconds: number): number {
  return stub.busyMs / (replicas * slots * milliseconds);
}
