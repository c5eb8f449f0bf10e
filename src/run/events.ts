import type { Software } from "../core/software.ts";
import type { Alarm } from "../monitors/watch.ts";
import type { ArmResult } from "../tracking/evals.ts";
import type { GroupDropReason, StepPhase } from "../tracking/steps.ts";
import type { PassedOver } from "./services/newest-checkpoint.ts";

/**
 * What a run tells while it works. Each event is also a row; the live view, the plain lines and `--json` render these
 * same objects.
 */
export type RunEvent =
  | RunStarted
  | RunResumed
  | VerifiersConfigured
  | VerifierChanged
  | GeneratorsConfigured
  | ProblemsLeftOut
  | RecipeChanged
  | SourcesEdited
  | EvalProgress
  | EvalFinished
  | StepStarted
  | PhaseStarted
  | PhaseFinished
  | GroupFinished
  | GroupDropped
  | BatchQuarantined
  | StepFinished
  | AlarmRaised
  | TrainerState
  | CheckpointPassedOver
  | ExportLost
  | PolicyStarting
  | PolicyRestarted
  | ReplicaState
  | WeightsLoaded
  | SoftwareUsed
  | RunEnded;

/** A new run begins. */
export interface RunStarted {
  readonly type: "run_started";
  readonly runId: number;
  readonly name: string;
  readonly steps: number;
  readonly seed: number;
  readonly database: string;
  /** What it is a fork of: a run, after a step of which; left out of a run of its own. */
  readonly forkedFrom?: { readonly runId: number; readonly step: number };
}

/** An unfinished run goes on after `step`. */
export interface RunResumed {
  readonly type: "run_resumed";
  readonly runId: number;
  readonly name: string;
  readonly steps: number;
  readonly step: number;
  /** Share of the run that is done, 0 to 1. */
  readonly progress: number;
  readonly database: string;
}

/** The verifiers that judge from here on: at the start of a run, and when one has changed. */
export interface VerifiersConfigured {
  readonly type: "verifiers_configured";
  readonly verifiers: readonly VerifierIdentity[];
}

/** Which verifier stands under a name of the recipe. */
export interface VerifierIdentity {
  /** The source whose problems it judges; absent where the recipe has no sources. */
  readonly source?: string | undefined;
  /** What its verdicts are stored under. */
  readonly verifier: string;
  readonly version: string;
  /** Hash of the source and the files that its judgements depend on. */
  readonly sourceSha256: string;
}

/** A verifier is not what it was when the run last judged with it: earlier verdicts stand as they are. */
export interface VerifierChanged {
  readonly type: "verifier_changed";
  readonly source?: string | undefined;
  readonly verifier: string;
  readonly before: Omit<VerifierIdentity, "source" | "verifier">;
  readonly after: Omit<VerifierIdentity, "source" | "verifier">;
}

/** What makes the problems of sources, as the run begins or goes on with it. */
export interface GeneratorsConfigured {
  readonly type: "generators_configured";
  readonly generators: readonly {
    readonly source: string;
    readonly name: string;
    readonly version: string;
    readonly sourceSha256: string;
  }[];
  /** Sources whose generator is not what it was when the run last worked: the problems that it made stand. */
  readonly changed: readonly string[];
}

/**
 * All prompts were measured, and the run leaves out the problems whose prompts are too long, where the recipe says so
 * (`problems.too_long: drop`): of its practice and of its evaluations, for as long as it goes on.
 */
export interface ProblemsLeftOut {
  readonly type: "problems_left_out";
  readonly reason: "too_long";
  /** How many prompts were measured. */
  readonly measured: number;
  /** Most tokens of prompt and completion together, and of a completion. */
  readonly maxModelLength: number;
  readonly maxTokens: number;
  /** Ids of the problems. */
  readonly ids: readonly number[];
  /** The first of them. */
  readonly first: readonly LeftOutProblem[];
}

/** A problem that a run leaves out, as a person knows it. */
export interface LeftOutProblem {
  readonly set: "practice" | "development" | "test";
  readonly key: string;
  /** The beginning of its text. */
  readonly problem: string;
  /** Tokens of its prompt. */
  readonly tokens: number;
}

/** An option of the run's recipe was changed after its start. */
export interface RecipeChanged {
  readonly type: "recipe_changed";
  /** First step that it applies to. */
  readonly step: number;
  /** Such as `trainer.learning_rate`. */
  readonly path: string;
  /** Its values; null where it is left out. */
  readonly before: unknown;
  readonly after: unknown;
  /** What changed it: `person`, or the name of a controller. */
  readonly by: string;
  /** What the change is based on; null for a person's. */
  readonly evidence: unknown;
}

/** Files that the run was made from were edited since. It goes on with the versions that it began with. */
export interface SourcesEdited {
  readonly type: "sources_edited";
  readonly files: readonly string[];
}

/** One more problem of an evaluation has its results. Shown, not stored. */
export interface EvalProgress {
  readonly type: "eval_progress";
  readonly suite: string;
  readonly step: number;
  readonly done: number;
  readonly total: number;
}

/** An evaluation is complete. */
export interface EvalFinished {
  readonly type: "eval_finished";
  readonly suite: string;
  readonly step: number;
  readonly policyVersion: number;
  readonly arms: readonly ArmResult[];
}

/** Problems are chosen for a step. */
export interface StepStarted {
  readonly type: "step_started";
  readonly step: number;
  readonly groups: number;
  readonly policyVersion: number;
  /** Each arm's probability of being drawn, as the curriculum gave it for this step. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** A phase of a step begins. Shown, not stored: the phase is a column of `steps`. */
export interface PhaseStarted {
  readonly type: "phase_started";
  readonly step: number;
  readonly phase: Exclude<StepPhase, "done">;
}

/** A phase of a step is done. With when it was told and how long it took, the timeline of a run is drawn: docs/pipeline.md. */
export interface PhaseFinished {
  readonly type: "phase_finished";
  readonly step: number;
  readonly phase: Exclude<StepPhase, "done">;
  /** How long it took; of a phase that a kill cut short, only what the process that finished it took. */
  readonly seconds: number;
}

/** One more group of a step is sampled and judged. Shown, not stored. */
export interface GroupFinished {
  readonly type: "group_finished";
  readonly step: number;
  readonly done: number;
  readonly total: number;
}

/** A group is dropped as a whole: nothing can be sampled from its prompt. */
export interface GroupDropped {
  readonly type: "group_dropped";
  readonly step: number;
  readonly slot: number;
  readonly arm: string;
  /** Key of its problem. */
  readonly problem: string;
  readonly reason: GroupDropReason;
  /** What the server said. */
  readonly detail: string;
}

/** Training on a batch gave numbers that are not finite: it is set apart, and the step makes no version of its own. */
export interface BatchQuarantined {
  readonly type: "batch_quarantined";
  readonly step: number;
  /** Version that the run goes on with. */
  readonly policyVersion: number;
  readonly reason: string;
  /** Quarantined batches of the run, with this one, and at how many it ends. */
  readonly quarantined: number;
  readonly most: number;
}

/** A step is over. */
export interface StepFinished {
  readonly type: "step_finished";
  readonly step: number;
  /** Share of the run that is done, 0 to 1. */
  readonly progress: number;
  readonly policyVersion: number;
  /** Mean reward over the step's rollouts without a hint that have a verdict, null when there are none. */
  readonly reward: number | null;
  /** Share of those rollouts that passed; null when there are none. */
  readonly passRate: number | null;
  /** The same by arm. */
  readonly passRateByArm: Readonly<Record<string, number>>;
  /** Groups with rollouts by arm. */
  readonly draws: Readonly<Record<string, number>>;
  /** Share of the groups whose rewards have no spread, so that they teach nothing by themselves; null: not told. */
  readonly zeroVariance: number | null;
  /** Groups at a learning cliff: two verdicts or more without a hint, and no pass (as in `v_cliffs`); null: not told. */
  readonly cliffs: number | null;
  /** Completions without a hint: mean and most tokens, and the share cut at `sampling.max_tokens`; null: not told. */
  readonly length: { readonly mean: number; readonly max: number; readonly cut: number } | null;
  /** Policy versions between what was trained and what sampled it; null when nothing was trained. */
  readonly staleness: { readonly mean: number; readonly max: number } | null;
  /** Rollouts of the step, those trained, and those dropped by reason. */
  readonly rollouts: number;
  readonly trained: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Groups that were dropped as a whole, by reason: they have no rollouts. */
  readonly droppedGroups: Readonly<Record<string, number>>;
  /** Verdicts for want of which there is no reward: how many, and what went wrong with the first; null without any. */
  readonly missing: { readonly verdicts: number; readonly verifier: string; readonly error: string } | null;
  /** How many groups the scaffold left as they were, for which reason, and how many it gave a hint (`hinted`). */
  readonly scaffold: Readonly<Record<string, number>>;
  /** Completion tokens sampled, and those of them under hints. */
  readonly tokens: { readonly sampled: number; readonly hints: number };
  /** Completion tokens a second of sampling and judging; null when this process did not do all of it. */
  readonly tokensPerSecond: number | null;
  /** Estimate of the reverse KL to the teacher before the step's training, in nats a token; null without a teacher. */
  readonly teacherKl: number | null;
  /** What the trainer reported, such as `loss` and `gradient_norm`; empty when nothing was trained. */
  readonly train: Readonly<Record<string, number>>;
  /** Seconds of each phase, as far as this process did it. Phases of several steps overlap where sampling runs ahead. */
  readonly seconds: Readonly<Record<string, number>>;
  /**
   * Seconds since the step before was done, or since this one began where that was later: over the steps they add up, also
   * where sampling runs ahead. Null when this process did not do all of it.
   */
  readonly wallSeconds: number | null;
}

/** A monitor found something amiss that was not before: see docs/monitors.md. */
export interface AlarmRaised extends Alarm {
  readonly type: "alarm";
}

/** A trainer job changed its state. */
export interface TrainerState {
  readonly type: "trainer_state";
  readonly epoch: number;
  readonly state: string;
  readonly detail: string;
}

/** The trainer starts from an older version, since newer checkpoints are missing or damaged: the batches since are trained again. */
export interface CheckpointPassedOver extends PassedOver {
  readonly type: "checkpoint_passed_over";
}

/** The newest weights for the policy server are missing or damaged: the trainer writes them again. */
export interface ExportLost {
  readonly type: "export_lost";
  readonly policyVersion: number;
  readonly path: string;
  readonly reason: string;
}

/** The run starts a policy server of its own and waits for it: of a large model, for minutes. Shown, not stored. */
export interface PolicyStarting {
  readonly type: "policy_starting";
  /** File that the server's output goes to. */
  readonly log: string;
}

/** The policy server died and was started again. */
export interface PolicyRestarted {
  readonly type: "policy_restarted";
  readonly reason: string;
  readonly policyVersion: number;
}

/** A policy server went out of use (it is silent, fails, or samples under other weights), or is back. */
export interface ReplicaState {
  readonly type: "replica_state";
  /** Its URL, or what the run calls its own server. */
  readonly replica: string;
  readonly state: "out" | "back";
  readonly reason: string;
}

/** A policy server was switched to other weights while sampling runs ahead; without depth that is a step's phase `sync`. */
export interface WeightsLoaded {
  readonly type: "weights_loaded";
  /** The step that made the version; 0 for what the run began with. */
  readonly step: number;
  readonly policyVersion: number;
  /** How long that server took to answer from them. */
  readonly seconds: number;
}

/** A program that the run works with: once its first batch is trained, and again where one has changed. */
export interface SoftwareUsed extends Software {
  readonly type: "software_used";
}

/** The run is over, or interrupted. */
export interface RunEnded {
  readonly type: "run_ended";
  readonly state: "succeeded" | "failed" | "interrupted";
  /** Finished steps. */
  readonly step: number;
  /** Why it ended where it did not just reach its last step: what failed, or why it stopped early; null otherwise. */
  readonly reason: string | null;
}

/** Events that only show progress and make no row. */
const UNSTORED: ReadonlySet<RunEvent["type"]> = new Set([
  "policy_starting",
  "eval_progress",
  "phase_started",
  "group_finished",
]);

/** Whether an event is also a row. */
export function isStored(event: RunEvent): boolean {
  return !UNSTORED.has(event.type);
}
