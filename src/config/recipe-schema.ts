import { z } from "zod";
import { variableNameFault } from "../core/secrets/api-key.ts";
import { keyFlagIn } from "../core/secrets/key-arguments.ts";
import { serverUrlFault } from "../core/secrets/server-url.ts";
import { verifiersSchema } from "./verifier-schema.ts";

/**
 * The schema of a recipe: everything a run depends on, in YAML. Unknown keys are refused. Paths are relative to the
 * recipe's own file. Descriptions become the JSON schema that editors read.
 */

const path = z.string().min(1);
const positive = z.number().int().positive();

/** Base URL of an HTTP server. */
const serverUrl = z.string().check((context) => {
  const message = serverUrlFault(context.value);
  // To be continued, or a union shows a message of its own instead.
  if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value, continue: true });
});

/** Name of the environment variable with a server's key. */
const apiKeyVariable = z.string().check((context) => {
  const message = variableNameFault(context.value);
  if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value });
});

/** A module chosen by name with its own options, which are checked by the module's schema. */
const named = (what: string) =>
  z.looseObject({ name: z.string().describe(`Which ${what}. The other keys here are its options.`) });

const field = z.string().min(1);

const fieldsSchema = z
  .strictObject({
    problem: field
      .default("problem")
      .describe("Field that holds the problem; a.b is field b of field a, which may be a text that holds JSON."),
    answer: field.default("answer").describe("Field that holds the answer."),
    answer_after: field
      .optional()
      .describe("Only what follows the last such text in the answer is taken, as `#### ` in GSM8K."),
    arm: field.optional().describe("Field that holds the arm. None: arm, where there is one."),
    arm_name: field.optional().describe("The arm of every problem, in place of a field's."),
    id: field.optional().describe("Field that holds the id. None: id, where there is one."),
    keep: z
      .record(z.string().min(1), field)
      .optional()
      .describe("Further fields to keep, by their new names: { level: difficulty }. None: all."),
  })
  .refine(({ arm, arm_name }) => arm === undefined || arm_name === undefined, {
    path: ["arm_name"],
    message: "the arm is either a field's value or this name: leave out arm or arm_name",
  });

const problemsSchema = z.strictObject({
  practice: path.describe(
    "Problems to train on, {problem, answer, arm?, hints?, id?} each: a file of JSON Lines, a JSON array (both also packed by " +
      "gzip or zstd) or Parquet, its fields named otherwise with problems.fields; or such a file on the Hugging Face hub, as " +
      "hf://datasets/OWNER/NAME[@REVISION]/PATH.",
  ),
  development: path.optional().describe("Problems for the evaluations during the run. None: no such evaluations."),
  test: path.optional().describe("Problems for the evaluations before the first and after the last step."),
  fields: fieldsSchema
    .optional()
    .describe("Where the parts of a problem stand in the files above, when they have other names."),
  prompt: path.describe(
    "Template of the user's message: Jinja with `problem`, its further fields and, when there is one, `hint`. Checked " +
      "against every problem before the run.",
  ),
  too_long: z
    .enum(["refuse", "drop"])
    .default("refuse")
    .describe(
      "What to do with problems whose prompt and sampling.max_tokens do not fit into the policy's context. refuse: the run " +
        "does not start. drop: they are neither practised nor evaluated; the run reports and stores which.",
    ),
  arms: z
    .array(z.string().min(1))
    .min(1)
    .default(["arm"])
    .describe("Fields of a problem whose values make the arm that the curriculum sees; several give a grid of arms."),
});

const vllmSchema = z.strictObject({
  python: path
    .optional()
    .describe("Python of an environment with vLLM, which the run then starts itself. None: `python3` on the PATH."),
  args: z
    .array(z.string())
    .refine((args) => keyFlagIn(args) === undefined, {
      error: ({ input }) =>
        `${keyFlagIn(input as string[])} would be stored with the run and stand in the list of processes: leave it out; ` +
        "only this machine reaches a server that the run starts",
    })
    .default([])
    .describe("Further arguments of the server, such as --max-model-len 2048, each word an item."),
});

const policySchema = z
  .strictObject({
    model: path.describe(
      "Directory of the policy to train: one in rlvr's ONNX layout, or a Hugging Face model (config.json, safetensors, " +
        "tokenizer) for trainer.torch and vLLM.",
    ),
    weights: path
      .optional()
      .describe("Weights (safetensors) to start from in place of the model's own, such as another run's checkpoint."),
    url: z
      .union([serverUrl, z.array(serverUrl).min(1)])
      .optional()
      .describe(
        "A running policy server to sample from instead, such as http://127.0.0.1:8000 without /v1; or several replicas.",
      ),
    api_key_env: apiKeyVariable
      .optional()
      .describe("Name of the environment variable that holds the API key of the servers at policy.url."),
    vllm: vllmSchema
      .optional()
      .describe("Serve the policy with a vLLM that the run starts, rather than rlvr's own server."),
    trust_remote_code: z
      .boolean()
      .default(false)
      .describe(
        "Whether Python code in the directory of a Hugging Face model (`auto_map` in its config.json) may run, as you, in the " +
          "trainer and in a vLLM that the run starts. false: it never does, and a model that cannot do without it is refused.",
      ),
    sync: z
      .enum(["auto", "export", "lora", "reload", "sleep", "restart"])
      .default("auto")
      .describe(
        "How new weights reach the server. auto: the first of these that the server offers and the trainer's export " +
          "fits: rlvr's own server loads the export, vLLM hot-loads a LoRA adapter, reads a full export anew, or restarts.",
      ),
    mode: z
      .enum(["deterministic", "fast"])
      .default("deterministic")
      .describe("deterministic: same recipe and seed, same checkpoint. fast: no such promise."),
  })
  .refine(({ weights, url }) => weights === undefined || url === undefined, {
    path: ["weights"],
    message: "only where the run serves the policy itself: leave out policy.url, or start that server on these weights",
  })
  .refine(({ weights, vllm }) => weights === undefined || vllm === undefined, {
    path: ["weights"],
    message: "vLLM serves a whole directory: leave out policy.vllm, or name a policy.model with these weights",
  })
  .refine(({ vllm, url }) => vllm === undefined || url === undefined, {
    path: ["vllm"],
    message: "only where the run serves the policy itself: leave out policy.url, or policy.vllm for a server that runs",
  });

const teacherSchema = z.strictObject({
  url: serverUrl.describe(
    "A running server of the teacher, vLLM or rlvr's own, such as http://127.0.0.1:8001. Its tokenizer must be the " +
      "policy's, its context longer than the longest prompt and completion together.",
  ),
  api_key_env: apiKeyVariable.optional().describe("Name of the environment variable that holds its API key."),
  concurrency: positive.default(8).describe("Completions scored at once."),
  tokens_in_flight: positive
    .default(8192)
    .describe(
      "Most tokens scored at once, prompts included; a longer sequence goes alone. vLLM holds the logits of all of them: " +
        "8192 tokens of a vocabulary of 150,000 take 5 GB beside the model. Its --max-num-batched-tokens bounds it too.",
    ),
});

const samplingSchema = z
  .strictObject({
    groups: positive.default(32).describe("Groups (problems) a step."),
    group_size: positive.min(2).default(8).describe("Rollouts a group."),
    temperature: z.number().positive().default(1).describe("Sampling temperature."),
    top_p: z.number().positive().max(1).default(1).describe("Nucleus; 1 is off, and what an unbiased ratio needs."),
    top_k: z.number().int().nonnegative().default(0).describe("Most likely tokens kept; 0 is off."),
    max_tokens: positive.describe("Most tokens of a completion."),
    concurrency: positive.default(32).describe("Groups in flight at once."),
    truncated: z
      .enum(["train", "fail", "mask"])
      .default("train")
      .describe(
        "What happens to completions that are cut at max_tokens. train: they are trained like all others. fail: they do not " +
          "pass and get reward 0, whatever the verifiers say, in evaluations too. mask: they are not trained and count in no " +
          "denominator of the weights, but their rewards stay in the mean and spread of their group.",
      ),
    max_failed: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe(
        "Share of a step's groups, rounded up, that may be dropped because no server samples from their prompt: it is " +
          "rejected, or log-probabilities are no numbers. More end the run; 0 ends it at the first.",
      ),
    filter: z
      .enum(["none", "zero_variance"])
      .default("none")
      .describe("zero_variance: groups whose rewards are all equal leave the batch and its denominators."),
    refill: z
      .int()
      .nonnegative()
      .default(0)
      .describe("Most further groups a step, sampled in the place of filtered ones (dynamic sampling, DAPO)."),
  })
  .refine(({ filter, refill }) => refill === 0 || filter === "zero_variance", {
    path: ["refill"],
    message: "only filtered groups are replaced: set sampling.filter to zero_variance too",
  });

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

const trainerSchema = z.strictObject({
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

const evaluationSchema = z
  .strictObject({
    every: positive.default(50).describe("Steps between evaluations on the development set."),
    samples: positive.default(8).describe("Completions a problem."),
    test_samples: positive.optional().describe("Completions a problem on the test set. None: as many as `samples`."),
    temperature: z.number().nonnegative().default(1).describe("Sampling temperature; 0 is greedy."),
    stop: z
      .strictObject({
        agree: z
          .number()
          .positive()
          .max(1)
          .describe(
            "Accuracy, such as .01, within which the curves fitted after each of the last three evaluations must tend to the " +
              "same end, and the newest must have come near it.",
          ),
      })
      .optional()
      .describe(
        "End the run before its last step, as succeeded, when accuracy on the development set has levelled off: " +
          "docs/monitors.md. None: never.",
      ),
    overlap: z
      .boolean()
      .default(false)
      .describe(
        "Evaluate while the next step samples and trains, rather than before it. The results are the same; they are there " +
          "by the end of that step's training. Up to twice sampling.concurrency problems are then in flight.",
      ),
  })
  .refine(({ stop, overlap }) => stop === undefined || !overlap, {
    path: ["overlap"],
    message: "whether the next step is made hangs on the evaluation before it: leave out evaluation.stop or overlap",
  });

const checkpointsSchema = z.strictObject({
  keep_last: positive
    .default(2)
    .describe("Newest versions whose checkpoints are kept; a lost trainer starts at the newest."),
  keep_every: positive
    .optional()
    .describe(
      "The version of every so many steps is kept too, with a whole checkpoint whatever trainer.torch.checkpoint_every says. " +
        "None: none is.",
    ),
  keep_best: z
    .int()
    .nonnegative()
    .default(1)
    .describe(
      "Versions with the highest accuracy on the development set that are kept too; of two equally good ones the earlier. " +
        "Each evaluated version then gets a whole checkpoint.",
    ),
});

/** A recipe as it stands in its file; see {@link Recipe} for the checked one. */
export const recipeSchema = z
  .strictObject({
    name: z.string().min(1).describe("Name of the run."),
    seed: z.number().int().nonnegative().default(1).describe("Root of all randomness of the run."),
    steps: positive.describe("Most steps of the run: one batch each."),
    token_budget: positive
      .optional()
      .describe(
        "Completion tokens, searches for hints included, with which the run ends even before its last step. " +
          "Learning-rate schedules still run over `steps`.",
      ),
    problems: problemsSchema,
    policy: policySchema,
    teacher: teacherSchema
      .optional()
      .describe(
        "On-policy distillation: whose log-probabilities of the policy's own tokens objective.teacher_coef gives credit for. " +
          "They are at temperature 1: with another sampling.temperature it is the distribution sampled from that nears them.",
      ),
    sampling: samplingSchema,
    verifiers: verifiersSchema,
    verifiers_missing_limit: positive
      .default(32)
      .describe(
        "Stop the run when so many groups in a row have no verdict at all, because verifiers crash or time out.",
      ),
    objective: named("objective"),
    scaffold: named("scaffold").prefault({ name: "none" }),
    curriculum: named("curriculum").prefault({ name: "uniform" }),
    trainer: trainerSchema,
    evaluation: evaluationSchema.prefault({}),
    checkpoints: checkpointsSchema
      .prefault({})
      .describe("Which versions' checkpoints and exports stay on the disk; all others are deleted after a step."),
  })
  .refine(({ trainer, sampling }) => trainer.minibatches <= sampling.groups, {
    path: ["trainer", "minibatches"],
    message: "a step has fewer groups (sampling.groups) than that, and whole groups are split among minibatches",
  })
  .refine(({ evaluation, problems }) => evaluation.stop === undefined || problems.development !== undefined, {
    path: ["evaluation", "stop"],
    message: "it goes by evaluations on the development set: name problems.development, or leave out evaluation.stop",
  });

/** A checked recipe with every default filled in and every path absolute. */
export type Recipe = z.output<typeof recipeSchema>;
