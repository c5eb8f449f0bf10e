import { z } from "zod";
import { CORRECTION_MODES } from "../../core/correction-modes.ts";

/**
 * Every JSON file of the trainer protocol, version 1. Names are those on the wire (snake case), the same for every
 * trainer in whatever language. A setting that a reader does not know is refused: silently training without it would
 * be worse than not training.
 */
export const PROTOCOL_VERSION = 1;

const protocol = z.literal(PROTOCOL_VERSION);
const count = z.int().nonnegative();
const hash = z.string().regex(/^[0-9a-f]{64}$/, "a sha256 in hex");
/** A name of a file in its directory: no path, which could lead out of it. */
const fileName = z.string().regex(/^(?!\.{1,2}$)[^/\\\0]{1,255}$/, "a name of a file, without a folder");
/** sha256 of each file of a directory, by its name. */
const files = z.record(fileName, hash);
/** A path below the directory that it is relative to. */
const pathWithin = z
  .string()
  .max(4096)
  .refine((path) => path.split("/").every((part) => fileName.safeParse(part).success), {
    error: "a relative path that does not lead out of its directory",
  });

/** The trainer's loss, as the orchestrator asks for it. */
const objectiveSettings = z.strictObject({
  /** The importance ratio is each token's own, or exp of the mean log-ratio of its sequence (arXiv 2507.18071). */
  ratio: z.enum(["token", "sequence"]).default("token"),
  /**
   * What the ratio's denominator is: the sampler's log-probabilities, or the trainer's own under the weights before the
   * batch's first optimiser step.
   */
  old: z.enum(["sampler", "recompute"]).default("sampler"),
  /** The ratio is clipped to [1 - clip_low, 1 + clip_high]. */
  clip_low: z.number().nonnegative(),
  clip_high: z.number().nonnegative(),
  /** Bound of the surrogate for negative advantages (dual-clip PPO, arXiv 1912.09729); 0 is off. */
  dual_clip: z.number().nonnegative().default(0),
  /** CISPO's bound (arXiv 2506.13585) on the ratio as a weight without gradient, in place of clipping; 0 is off. */
  ratio_cap: z.number().nonnegative().default(0),
  /**
   * Factor exp(old - sampled) on the surrogate, truncated to `cap`, or 0 outside [floor, cap]: by token, by the
   * sequence's sum of log-ratios, or by its mean ("geometric"). Needs `old` "recompute"; null is none.
   */
  correction: z
    .strictObject({
      mode: z.enum(CORRECTION_MODES),
      cap: z.number().positive(),
      floor: z.number().nonnegative(),
    })
    .nullable()
    .default(null),
  /** Penalty on the divergence d = new - reference: k1 d, k2 d^2 / 2, k3 e^-d + d - 1; its coefficient 0 is off. */
  kl: z.strictObject({ kind: z.enum(["k1", "k2", "k3"]), coefficient: z.number().nonnegative() }),
  /** Bonus on the entropy; 0 is off. */
  entropy_coefficient: z.number().nonnegative().default(0),
});

/** AdamW (arXiv 1711.05101) after clipping the gradient's global norm to `max_norm`. */
const optimizerSettings = z.strictObject({
  name: z.literal("adamw"),
  beta1: z.number().min(0).lt(1),
  beta2: z.number().min(0).lt(1),
  eps: z.number().positive(),
  weight_decay: z.number().nonnegative(),
  max_norm: z.number().positive(),
});

/** What the trainer is asked to do with a batch. */
const batchSettings = z.strictObject({
  objective: objectiveSettings,
  optimizer: optimizerSettings,
  /** Learning rate of each optimiser step of the batch. */
  learning_rates: z.array(z.number().nonnegative()).min(1),
});

/** `batches/<step>/manifest.json`. */
export const batchManifest = z.strictObject({
  protocol,
  kind: z.literal("batch"),
  run: z.string(),
  step: count,
  /** The epoch for which the batch was first written. */
  epoch: count,
  /** Version of the policy that trains on it. */
  policy_version: count,
  ...batchSettings.shape,
  counts: z.strictObject({ sequences: count, tokens: count, action_tokens: count }),
  files,
});

/** `checkpoints/<version>/manifest.json`. */
export const checkpointManifest = z.strictObject({
  protocol,
  kind: z.literal("checkpoint"),
  policy_version: count,
  /** Optimiser steps since the base. */
  optimizer_step: count,
  files,
  /** The checkpoint's identity: the sha256 over its sorted `name:hash` lines. */
  sha256: hash,
});

/**
 * A sequence of the last batch with its log-probabilities, each of the token at its place after the prompt, at
 * temperature 1: a policy server that loaded the export has to give the same.
 */
const probe = z.strictObject({
  input_ids: z.array(count).min(2),
  /** How many of the ids are the prompt. */
  prompt_length: z.int().positive(),
  /** Under the exported weights. */
  logprobs: z.array(z.number()),
  /** Under the weights before them: what a server gives that did not load the export. */
  parent_logprobs: z.array(z.number()),
});

/** `exports/<version>/manifest.json`. */
export const exportManifest = z.strictObject({
  protocol,
  kind: z.literal("export"),
  policy_version: count,
  /** `weights`: all of them. `lora`: an adapter in PEFT's layout. */
  format: z.enum(["weights", "lora"]).default("weights"),
  files,
  probe: probe.nullable().default(null),
});

/** Where a trainer begins. */
const startingPoint = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("base") }),
  z.strictObject({ kind: z.literal("checkpoint"), directory: z.string(), policy_version: count }),
]);

/** How the embedded trainer works; none of it changes what it computes, but `microbatch_tokens` the last digits. */
const trainerSettings = z.strictObject({
  /** Worker threads that compute gradients; null: two, or one on a one-core machine. */
  workers: z.int().positive().nullable().default(null),
  /** Most tokens of a microbatch, padding included. A longer sequence is a microbatch of its own. */
  microbatch_tokens: z.int().positive().default(1024),
  /** Seconds for which a file that does not match its hash is read again. */
  reread_seconds: z.number().nonnegative().default(60),
});

/** How the PyTorch trainer works. */
const torchSettings = z.strictObject({
  /** Train every weight, or an adapter on top of frozen ones (arXiv 2106.09685). */
  mode: z.enum(["full", "lora"]),
  /** The adapter; only with mode `lora`. `targets`: names of modules, or `all-linear`. */
  lora: z
    .strictObject({
      rank: z.int().positive(),
      alpha: z.number().positive(),
      dropout: z.number().min(0).lt(1),
      targets: z.union([z.literal("all-linear"), z.array(z.string()).min(1)]),
    })
    .nullable(),
  /** Of activations and frozen weights; trained weights and optimiser state are float32. `auto`: bfloat16 on a GPU. */
  dtype: z.enum(["auto", "bfloat16", "float32"]),
  device: z.enum(["auto", "cpu", "cuda"]),
  gradient_checkpointing: z.boolean(),
  /** Most tokens of a microbatch of one rank. A longer sequence is a microbatch of its own. */
  microbatch_tokens: z.int().positive(),
  /** A checkpoint every so many versions. */
  checkpoint_every: z.int().positive(),
  /** Seconds for which a file that does not match its hash is read again. */
  reread_seconds: z.number().nonnegative(),
  /** Root of its random numbers: initial adapter, dropout. */
  seed: count,
  /** Whether Python code in the policy's directory may run. */
  trust_remote_code: z.boolean().default(false),
});

/** `epoch-<n>/launch.json`, written by the driver before the trainer starts. */
export const launch = z.strictObject({
  protocol,
  epoch: z.int().positive(),
  policy_directory: z.string(),
  /** File of the base's weights in place of the policy's own; null for those. */
  base_weights: z.string().nullable().default(null),
  start_from: startingPoint,
  /** Of the embedded trainer. */
  settings: trainerSettings,
  /** Of the PyTorch trainer; null for the embedded one. */
  torch: torchSettings.nullable().default(null),
});

/** `control/<n>.json`: a request. `batch` is relative to the job's directory. */
export const controlRequest = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("train"), batch: pathWithin }),
  z.strictObject({ kind: z.literal("export") }),
  z.strictObject({ kind: z.literal("broadcast") }),
  z.strictObject({ kind: z.literal("checkpoint") }),
  z.strictObject({ kind: z.literal("rollback"), to: startingPoint }),
  z.strictObject({ kind: z.literal("stop") }),
]);

/** An error as a trainer tells it. */
export const wireError = z.strictObject({
  /** `training_diverged`: a batch gave numbers that are not finite; no version was made of it. */
  code: z.enum([
    "bad_checkpoint",
    "missing_file",
    "protocol_violation",
    "trainer_failed",
    "training_diverged",
    "disk_full",
  ]),
  message: z.string(),
  advice: z.string(),
});

/** Name and versions of what computed an answer. */
const trainerIdentity = z.strictObject({ name: z.string(), versions: z.record(z.string(), z.string()) });

/** `control/<n>.answer.json`. Directories are relative to the epoch's. */
export const controlAnswer = z.discriminatedUnion("ok", [
  z.strictObject({ ok: z.literal(false), error: wireError }),
  z.strictObject({
    ok: z.literal(true),
    policy_version: count,
    /** After `train`: the version that the batch was trained on. */
    parent_version: count.optional(),
    checkpoint: z.strictObject({ directory: pathWithin, sha256: hash }).optional(),
    export: z.strictObject({ directory: pathWithin }).optional(),
    metrics: z.record(z.string(), z.number()).optional(),
    /** After `train`: what it computed of single tokens (token-stats.ts); a trainer need not tell. Relative to the epoch's. */
    token_stats: z.strictObject({ file: pathWithin, sha256: hash }).optional(),
    trainer: trainerIdentity,
  }),
]);

/** What a trainer is doing. */
const heartbeatPhase = z.enum(["starting", "idle", "training", "writing", "failed"]);

/** `heartbeat.json`: a trainer whose counter stands still for longer than its phase allows is lost. */
export const heartbeat = z.strictObject({
  counter: count,
  phase: heartbeatPhase,
  /** Share of the work at hand that is done, by rank. */
  progress: z.record(z.string(), z.number()),
  policy_version: count,
  /** Why it could not start, in phase `failed`. */
  error: wireError.optional(),
});

/** Loss, optimiser and learning rates of a batch, in the names of the wire. */
export type BatchSettings = z.infer<typeof batchSettings>;
/** Content of a batch's manifest. */
export type BatchManifest = z.infer<typeof batchManifest>;
/** Content of a checkpoint's manifest. */
export type CheckpointManifest = z.infer<typeof checkpointManifest>;
/** Where a trainer begins. */
export type StartingPoint = z.infer<typeof startingPoint>;
/** How the embedded trainer works. */
export type TrainerSettings = z.infer<typeof trainerSettings>;
/** How the PyTorch trainer works. */
export type TorchSettings = z.infer<typeof torchSettings>;
/** Content of launch.json. */
export type Launch = z.infer<typeof launch>;
/** A request to a trainer. */
export type ControlRequest = z.infer<typeof controlRequest>;
/** A trainer's answer to a request. */
export type ControlAnswer = z.infer<typeof controlAnswer>;
/** An error as a trainer tells it. */
export type WireError = z.infer<typeof wireError>;
/** Content of heartbeat.json. */
export type Heartbeat = z.infer<typeof heartbeat>;
/** What a trainer is doing. */
export type HeartbeatPhase = z.infer<typeof heartbeatPhase>;
