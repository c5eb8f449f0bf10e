import { z } from "zod";
import { path, positive } from "./scalars.ts";

const torchSchema = z.strictObject({
  python: path
    .optional()
    .describe(
      "Python of the trainer's environment: a path, or a name on the PATH. None: the one that `rlvr trainer setup` made.",
    ),
  mode: z.enum(["full", "lora"]).default("lora").describe("Train every weight, or an adapter (LoRA)."),
  lora: z
    .strictObject({
      rank: positive.default(16).describe("Rank of the adapter's matrices."),
      alpha: z.number().positive().default(32).describe("Scale: the adapter counts alpha / rank."),
      dropout: z.number().min(0).lt(1).default(0).describe("Dropout before the adapter."),
      targets: z
        .union([z.literal("all-linear"), z.array(z.string()).min(1)])
        .default("all-linear")
        .describe("Names of the modules that get one, such as q_proj."),
    })
    .prefault({})
    .describe("The adapter of mode lora."),
  dtype: z.enum(["auto", "bfloat16", "float32"]).default("auto").describe("auto: bfloat16 on a GPU, else float32."),
  device: z.enum(["auto", "cpu", "cuda"]).default("auto").describe("auto: a GPU where there is one."),
  ranks: positive.default(1).describe("Processes of this machine that share the weights (FSDP2, under torchrun)."),
  gradient_checkpointing: z.boolean().default(false).describe("Less memory for a third more time."),
  microbatch_tokens: positive.default(16384).describe("Most tokens of a microbatch of one rank."),
  checkpoint_every: positive
    .default(1)
    .describe(
      "Steps between checkpoints. A trainer that is lost starts at the last and trains the batches since again.",
    ),
});

/** What trains, and its optimiser. */
export const trainerSchema = z.strictObject({
  driver: z.enum(["local"]).default("local").describe("Where the trainer runs: as a child process of the run."),
  torch: torchSchema
    .optional()
    .describe("Train a Hugging Face model with PyTorch, rather than an ONNX policy with the embedded trainer."),
  epochs: positive.default(1).describe("Passes over each batch, each at least one optimiser step."),
  minibatches: positive
    .default(1)
    .describe("Optimiser steps a pass: the batch's groups are split among them, so at most sampling.groups."),
  learning_rate: z.number().positive().describe("Peak learning rate of AdamW."),
  schedule: z.enum(["constant", "linear", "cosine"]).default("constant").describe("Course of the rate after warm-up."),
  warmup_steps: z.number().int().nonnegative().default(0).describe("Optimiser steps of linear warm-up."),
  beta1: z.number().min(0).max(1).default(0.9).describe("AdamW's first decay."),
  beta2: z.number().min(0).max(1).default(0.98).describe("AdamW's second decay."),
  eps: z.number().positive().default(1e-8).describe("AdamW's epsilon."),
  weight_decay: z.number().nonnegative().default(0).describe("Decoupled weight decay of all parameters."),
  max_gradient_norm: z.number().positive().default(1).describe("Global norm to which gradients are clipped."),
});
