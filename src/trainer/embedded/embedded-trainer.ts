import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { RlvrError } from "../../core/errors.ts";
import { sha256, writeDirectoryAtomic, writeFileAtomic, type FileContent } from "../../core/files/files.ts";
import { decodeBatch, type DecodedBatch } from "../protocol/batch.ts";
import { decodeCheckpoint, encodeCheckpoint, MODEL_FILE, type TrainingState } from "../protocol/checkpoint.ts";
import { sixDigits, tokenStatsPath, type EpochPaths } from "../protocol/paths.ts";
import {
  batchManifest,
  checkpointManifest,
  type ControlAnswer,
  type HeartbeatPhase,
  type Launch,
  type StartingPoint,
  type TrainerSettings,
} from "../protocol/schemas.ts";
import { encodeTokenStats, type SequenceStats } from "../protocol/token-stats.ts";
import { readVerified } from "../protocol/verified-directory.ts";
import { startGradientWorkers } from "./gradient-workers.ts";
import { TRAINER_IDENTITY } from "./identity.ts";
import { loadOptimizerStep } from "./optimizer-step.ts";
import type { ScoredBatch } from "./pad-microbatch.ts";
import { readPolicyModel, type PolicyModel } from "./policy-model.ts";
import { createScorer } from "./scorer.ts";
import { tokenStatsOf } from "./token-stats-of.ts";
import { trainBatch } from "./train-batch.ts";
import { refuseUnsupported } from "./unsupported.ts";

type Answer = Extract<ControlAnswer, { ok: true }>;

/** Told what the trainer is doing, for its heartbeat. */
export type Report = (phase: HeartbeatPhase, policyVersion: number, progress?: number, now?: boolean) => void;

/** A policy in training: its state, and what can be asked of it. One call at a time. */
export interface EmbeddedTrainer {
  /** Version of the weights: batches trained since the base. */
  policyVersion(): number;
  /** Trains on a batch, then writes a checkpoint and an export of the new version. A failure leaves all as it was. */
  train(batchDirectory: string): Promise<Answer>;
  /** Writes the current weights for the policy server. */
  export(): Answer;
  /** Writes the current state. */
  checkpoint(): Answer;
  /** Goes back to an earlier state, version included. */
  rollback(to: StartingPoint): Promise<Answer>;
}

/**
 * Loads the policy and its starting point, and starts the gradient threads.
 * @throws RlvrError `missing_file` or `bad_checkpoint`.
 */
export async function startEmbeddedTrainer(
  paths: EpochPaths,
  launch: Launch,
  report: Report,
): Promise<EmbeddedTrainer> {
  report("starting", 0);
  const { settings } = launch;
  const model = readPolicyModel(launch.policy_directory, launch.base_weights);
  let state = await stateAt(launch.start_from, model, settings);
  const [workers, step] = await Promise.all([
    startGradientWorkers(model, settings.workers ?? Math.min(2, availableParallelism())),
    loadOptimizerStep(model.updateGraph),
  ]);
  const score = createScorer(model, settings.microbatch_tokens, () => report("training", state.policyVersion, 0));
  mkdirSync(paths.checkpoints, { recursive: true });
  mkdirSync(paths.exports, { recursive: true });
  mkdirSync(paths.tokenStats, { recursive: true });

  /**
   * Adds what the loss compares the new log-probabilities to, as far as the batch does not bring it, and gives what the
   * weights that the batch begins with say of its tokens. For the latter alone, the first optimiser step is scored.
   */
  const scoreBatch = async ({ manifest, packed }: DecodedBatch, params: Float32Array) => {
    const { old, kl } = manifest.objective;
    const steps = manifest.learning_rates.length;
    // The batch brings the reference's log-probabilities, or the reference is the base.
    const needsReference = kl.coefficient > 0 && packed.refLogprobs === undefined;
    const refLogprobs = needsReference ? (await score(model.baseParams, packed, steps)).logprobs : packed.refLogprobs;
    const scoredSteps = old === "recompute" ? steps : 1;
    const scores = await score(params, packed, scoredSteps);
    const oldLogprobs = old === "recompute" ? scores.logprobs : packed.samplingLogprobs;
    const scored: ScoredBatch = { ...packed, refLogprobs, oldLogprobs };
    return { scored, tokenStats: tokenStatsOf(packed, scores, scoredSteps) };
  };

  /** Writes a state as what is asked for, and gives the answer that says where. */
  const write = (written: TrainingState, what: { readonly checkpoint?: true; readonly export?: true }): Answer => {
    report("writing", written.policyVersion);
    const encoded = encodeCheckpoint(written, model.parameters);
    const answer = answerOf(written);
    let weights: FileContent = encoded.checkpoint.files[MODEL_FILE] ?? "";
    if (what.checkpoint) {
      const directory = writeVersion(paths.checkpoints, written, encoded.checkpoint.files);
      answer.checkpoint = { directory: relative(paths.root, directory), sha256: encoded.checkpoint.sha256 };
      weights = { sameAs: join(directory, MODEL_FILE) };
    }
    if (what.export) {
      const directory = writeVersion(paths.exports, written, { ...encoded.export, [MODEL_FILE]: weights });
      answer.export = { directory: relative(paths.root, directory) };
    }
    return answer;
  };

  return {
    policyVersion: () => state.policyVersion,

    async train(batchDirectory) {
      const started = performance.now();
      const parent = state.policyVersion;
      report("training", parent, 0);
      const files = await readVerified(batchDirectory, batchManifest, settings.reread_seconds);
      const batch = decodeBatch(files, batchDirectory);
      refuseUnsupported(batch, model);
      refuseOtherVersion(batch.manifest.policy_version, parent);
      const { scored, tokenStats } = await scoreBatch(batch, state.params);
      const parts = { workers, step, microbatchTokens: settings.microbatch_tokens };
      const trained = await trainBatch(state, batch.manifest, scored, parts, (share) =>
        report("training", parent, share),
      );
      const answer = write(trained.state, { checkpoint: true, export: true });
      const told = writeTokenStats(paths, trained.state.policyVersion, tokenStats);
      state = trained.state;
      const used = { seconds: (performance.now() - started) / 1000, peak_memory_gib: peakMemoryGib() };
      return { ...answer, ...told, parent_version: parent, metrics: { ...trained.metrics, ...used } };
    },

    export: () => write(state, { export: true }),
    checkpoint: () => write(state, { checkpoint: true }),

    async rollback(to) {
      state = await stateAt(to, model, settings);
      return answerOf(state);
    },
  };
}

/** The state at a starting point. */
async function stateAt(start: StartingPoint, model: PolicyModel, settings: TrainerSettings): Promise<TrainingState> {
  if (start.kind === "base") {
    return {
      policyVersion: 0,
      optimizerStep: 0,
      params: model.baseParams,
      firstMoment: new Float32Array(model.parameterCount),
      secondMoment: new Float32Array(model.parameterCount),
    };
  }
  const files = await readVerified(start.directory, checkpointManifest, settings.reread_seconds);
  const state = decodeCheckpoint(files, model.parameters, start.directory);
  if (state.policyVersion === start.policy_version) return state;
  throw new RlvrError(
    "bad_checkpoint",
    `${start.directory} holds policy version ${state.policyVersion}, not ${start.policy_version}`,
    { advice: "Start from the checkpoint that the run's database names." },
  );
}

function answerOf(state: TrainingState): Answer {
  return { ok: true, policy_version: state.policyVersion, trainer: TRAINER_IDENTITY };
}

function refuseOtherVersion(ofBatch: number, current: number): void {
  if (ofBatch === current) return;
  throw new RlvrError(
    "protocol_violation",
    `the batch is for policy version ${ofBatch}, the trainer is at ${current}`,
    {
      advice: "Train batches in order; after a restart, replay those since the checkpoint.",
    },
  );
}

/** Writes the directory of a version, and gives its path. Which are kept is the orchestrator's to decide. */
function writeVersion(folder: string, state: TrainingState, files: Readonly<Record<string, FileContent>>): string {
  const directory = join(folder, sixDigits(state.policyVersion));
  writeDirectoryAtomic(directory, files);
  return directory;
}

/** Writes what was computed of the tokens of the batch that made a version, and gives what the answer says of it. */
function writeTokenStats(
  paths: EpochPaths,
  policyVersion: number,
  stats: readonly SequenceStats[],
): Pick<Answer, "token_stats"> {
  if (stats.length === 0) return {};
  const path = tokenStatsPath(paths, policyVersion);
  const bytes = encodeTokenStats(stats);
  writeFileAtomic(path, bytes);
  return { token_stats: { file: relative(paths.root, path), sha256: sha256(bytes) } };
}

/** Most memory that this process has taken, in GiB. */
function peakMemoryGib(): number {
  return process.resourceUsage().maxRSS / 1024 ** 2;
}
