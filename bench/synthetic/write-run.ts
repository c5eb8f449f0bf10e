import { sha256 } from "../../src/core/files/files.ts";
import type { Stream } from "../../src/core/random.ts";
import type { Corpus } from "./corpus.ts";
import type { Insert } from "./inserts.ts";
import { ARMS, type SyntheticProblem } from "./problems.ts";
import { writeGroup, type GroupCounts } from "./write-group.ts";

/** Groups of a step. */
export const GROUPS = 32;
/** Steps between two evaluations. */
const EVALUATE_EVERY = 100;
const EVALUATION_SAMPLES = 4;
/** Steps that one attempt of the trainer lasts. */
const JOB_STEPS = 1000;

/** Phases of a step, and the share of its time at whose end each is done. */
const PHASES = [
  ["collect", 0.4],
  ["credit", 0.6],
  ["train", 0.8],
  ["sync", 0.9],
  ["observe", 1],
] as const;

/** What a synthetic run is made of. */
export interface RunParts {
  readonly insert: Insert;
  readonly random: Stream;
  readonly corpus: Corpus;
  readonly runId: number;
  readonly steps: number;
  readonly practice: readonly SyntheticProblem[];
  readonly heldOut: { readonly setId: number; readonly problems: readonly SyntheticProblem[] };
}

/** The time of day that a step is said to have been made at. */
export function timeOf(step: number): string {
  return new Date(Date.UTC(2026, 0, 1) + step * 30_000).toISOString();
}

/** Writes a step with all that a run writes of one. Returns how many rollouts that were. */
export function writeStep(parts: RunParts, step: number, jobId: number): number {
  const { insert, random, runId, steps, practice } = parts;
  const progress = step / steps;
  const at = timeOf(step);
  const stepId = insert("steps", runId, step, "done", step - 1, step - 1, timeOf(step - 1), at);
  const batchId = insert("batches", stepId, "trained", `trainer/batches/${step}`, sha256(`batch ${step}`), 200, 48_000);
  const counts: GroupCounts[] = [];
  for (let slot = 0; slot < GROUPS; slot++) {
    const problem = practice[random.integer(practice.length)] as SyntheticProblem;
    counts.push(writeGroup(parts, { step, stepId, slot, batchId, progress, at }, problem));
  }
  const directory = `trainer/epoch-1/checkpoints/${step}`;
  insert("checkpoints", runId, step, step - 1, batchId, jobId, directory, directory, sha256(`${runId} ${step}`), at);
  writeArms(parts, step);
  writeMetrics(parts, step, counts);
  writeEvents(parts, step);
  return counts.reduce((sum, { rollouts }) => sum + rollouts, 0);
}

function writeArms({ insert, random, runId, steps }: RunParts, step: number): void {
  for (const [index, arm] of ARMS.entries()) {
    const value = Math.exp(-((step / steps - index / ARMS.length) ** 2) * 20) + 0.05 * random.uniform();
    const metrics = JSON.stringify({ value, pass: random.uniform(), drawn: step * 4 });
    insert("arms", runId, step, arm, value / ARMS.length, metrics, value / 2);
  }
  for (const moment of ["selected", "observed"]) insert("curriculum_states", runId, step, moment, "sec", "{}");
}

function writeMetrics({ insert, random, runId, steps }: RunParts, step: number, counts: readonly GroupCounts[]): void {
  const sum = (pick: (group: GroupCounts) => number): number => counts.reduce((total, each) => total + pick(each), 0);
  const [judged, passed] = [sum((each) => each.judged), sum((each) => each.passed)];
  const values: Record<string, number> = {
    "reward.mean": passed / Math.max(1, judged),
    rollouts: sum((each) => each.rollouts),
    "rollouts.trained": sum((each) => each.trained),
    "tokens.sampled": 200 * sum((each) => each.rollouts),
    "tokens.hints": 200 * sum((each) => each.hinted),
    "dropped.zero_variance": sum((each) => each.zeroVariance),
    "dropped.hint_search": sum((each) => each.hinted),
    "scaffold.hinted": counts.filter((each) => each.hinted > 0).length,
  };
  for (const [arm, groups] of Map.groupBy(counts, (each) => each.arm)) {
    const ofArm = groups.reduce((total, each) => total + each.judged, 0);
    values[`pass_rate.${arm}`] = groups.reduce((total, each) => total + each.passed, 0) / Math.max(1, ofArm);
  }
  const trainer =
    "loss entropy gradient_norm kl_to_sampler mismatch_kl clip_fraction ratio_mean ratio_max learning_rate";
  for (const name of `${trainer} seconds sequences tokens optimizer_steps surrogate`.split(" "))
    values[`train.${name}`] = random.uniform() * (1.2 - step / steps);
  for (const phase of ["collect", "credit", "train", "sync"]) values[`seconds.${phase}`] = 5 + random.uniform();
  for (const [name, value] of Object.entries(values)) insert("metrics", runId, step, name, value);
}

function writeEvents({ insert, runId, random, steps }: RunParts, step: number): void {
  const at = timeOf(step);
  const finished = {
    type: "step_finished",
    step,
    progress: step / steps,
    reward: 0.5,
    rollouts: 256,
    padding: "x".repeat(600),
  };
  insert("events", runId, step, "step_started", at, JSON.stringify({ type: "step_started", step, groups: GROUPS }));
  for (const [phase, share] of PHASES)
    insert(
      "events",
      runId,
      step,
      "phase_finished",
      timeOf(step - 1 + share),
      JSON.stringify({ type: "phase_finished", step, phase, seconds: 5 + random.uniform() }),
    );
  insert("events", runId, step, "step_finished", at, JSON.stringify(finished));
  if (random.uniform() > 0.01) return;
  const message = `the entropy fell to 0.05 at step ${step}`;
  const alarm = {
    type: "alarm",
    step,
    alarm: "entropy_collapse",
    message,
    metric: "train.entropy",
    value: 0.05,
    limit: 0.1,
  };
  insert("events", runId, step, "alarm", at, JSON.stringify(alarm));
}

/** Writes an attempt of the trainer from a step on, and its changes of state. */
export function writeJob({ insert, runId, steps }: RunParts, step: number): number {
  const epoch = 1 + Math.floor((step - 1) / JOB_STEPS);
  const isLast = step + JOB_STEPS > steps;
  for (const state of ["submitted", "running", "idle", isLast ? "succeeded" : "lost"])
    insert(
      "events",
      runId,
      step,
      "trainer_state",
      timeOf(step),
      JSON.stringify({ type: "trainer_state", epoch, state, detail: "-" }),
    );
  return insert(
    "trainer_jobs",
    runId,
    epoch,
    "local",
    isLast ? "succeeded" : "lost",
    "-",
    step - 1,
    timeOf(step),
    timeOf(step),
  );
}

/** Whether a new attempt of the trainer begins with a step. */
export function beginsJob(step: number): boolean {
  return (step - 1) % JOB_STEPS === 0;
}

/** Writes an evaluation after a step, where there is one. */
export function writeEvaluation(parts: RunParts, step: number): void {
  const { insert, random, corpus, runId, steps, heldOut } = parts;
  const isEnd = step === 0 || step === steps;
  if (!isEnd && step % EVALUATE_EVERY !== 0) return;
  for (const suite of isEnd ? ["test", "development"] : ["development"]) {
    const at = timeOf(step);
    const evalId = insert("evals", runId, suite, heldOut.setId, step, step, EVALUATION_SAMPLES, 1, at, at);
    for (const problem of heldOut.problems)
      for (let number = 0; number < EVALUATION_SAMPLES; number++) {
        const passed = random.uniform() < step / steps - problem.difficulty + 0.5 ? 1 : 0;
        const { text } = corpus.piece(random.integer(corpus.length - 200), 100);
        insert("eval_results", evalId, problem.id, number, "ok", passed, passed, 100, text);
      }
  }
}
