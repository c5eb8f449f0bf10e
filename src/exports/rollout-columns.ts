import type { ExportedRollout, ExportedVerdict } from "../tracking/reads/exported-rollouts.ts";
import type { Column } from "./column.ts";

/** A rollout, and the run that it is of. */
export interface RolloutRow {
  readonly run: { readonly id: number; readonly name: string };
  readonly rollout: ExportedRollout;
}

const VERDICT_COLUMNS: readonly Column<ExportedVerdict>[] = [
  { name: "verifier", type: "text", nullable: false, about: "what the recipe calls it", of: (v) => v.verifier },
  { name: "version", type: "text", nullable: false, about: "its version", of: (v) => v.version },
  {
    name: "status",
    type: "text",
    nullable: false,
    about: "`ok`, `error`, `timeout` or `skipped`",
    of: (v) => v.status,
  },
  { name: "passed", type: "boolean", nullable: true, about: "null unless `ok`", of: (v) => v.passed },
  { name: "score", type: "float64", nullable: true, about: "null unless `ok`", of: (v) => v.score },
  { name: "extracted", type: "text", nullable: true, about: "what it took for the answer", of: (v) => v.extracted },
  { name: "details", type: "json", nullable: true, about: "what else it told, JSON as text", of: (v) => v.details },
  { name: "error", type: "text", nullable: true, about: "why there is no verdict", of: (v) => v.error },
  { name: "run_ms", type: "float64", nullable: false, about: "milliseconds that it ran", of: (v) => v.runMs },
  { name: "queue_ms", type: "float64", nullable: false, about: "milliseconds that it waited", of: (v) => v.queueMs },
  { name: "attempts", type: "int32", nullable: false, about: "how often it was tried", of: (v) => v.attempts },
  {
    name: "kept",
    type: "boolean",
    nullable: false,
    about: "taken from an earlier verdict of the same case",
    of: (v) => v.kept,
  },
];

/** A column that reads the rollout. */
function column(
  name: string,
  type: Column<RolloutRow>["type"],
  about: string,
  of: (rollout: ExportedRollout) => unknown,
): Column<RolloutRow> {
  return { name, type, nullable: false, about, of: ({ rollout }) => of(rollout) };
}

/** The same, of a column that may be null. */
function nullable(...arguments_: Parameters<typeof column>): Column<RolloutRow> {
  return { ...column(...arguments_), nullable: true };
}

/** The columns of an exported rollout, in order. */
export const ROLLOUT_COLUMNS: readonly Column<RolloutRow>[] = [
  { name: "run_id", type: "int64", nullable: false, about: "Id of the run.", of: ({ run }) => run.id },
  { name: "run", type: "text", nullable: false, about: "Name of the run.", of: ({ run }) => run.name },
  column("step", "int32", "Step, from 1.", (r) => r.step),
  column("slot", "int32", "Place of the group in its step, from 0.", (r) => r.slot),
  column("rollout", "int32", "Place of the rollout in its group, from 0.", (r) => r.number),
  column("group_id", "int64", "Id of the group.", (r) => r.groupId),
  column("rollout_id", "int64", "Id of the rollout.", (r) => r.rolloutId),
  column("arm", "text", "Arm of the problem.", (r) => r.arm),
  nullable("source", "text", "Source of the problem; null where the recipe has no sources.", (r) => r.source),
  column("problem_key", "text", "Key of the problem: its `id`, or else a hash of its text.", (r) => r.problemKey),
  column("problem", "text", "The problem.", (r) => r.problem),
  column("answer", "text", "Its reference answer.", (r) => r.answer),
  column("propensity", "float64", "Probability that the curriculum chose it for this slot.", (r) => r.propensity),
  nullable(
    "scaffold",
    "text",
    "What the scaffold made of the group, such as `passed` or `hinted`; null before.",
    (r) => r.scaffold,
  ),
  nullable("hint_tier", "text", "Tier of the hint in the prompt; null without a hint.", (r) => r.hintTier),
  nullable("hint_level", "int32", "How many parts of that tier the prompt shows.", (r) => r.hintLevel),
  nullable(
    "replaces",
    "int32",
    "`rollout` of the failed one that this hinted one stands in for; null where it does not.",
    (r) => r.replaces,
  ),
  nullable(
    "trained_under",
    "text",
    "For such a one: the prompt it is trained under, `hinted` or `unhinted`.",
    (r) => r.trainedUnder,
  ),
  column("policy_version", "int32", "Version of the policy that sampled it.", (r) => r.policyVersion),
  column("seed", "int64", "Seed that it was sampled with.", (r) => r.seed),
  column("sampled_at", "timestamp", "When it was sampled, UTC.", (r) => r.sampledAt),
  column("prompt", "text", "The prompt as it was rendered, its hint included.", (r) => r.prompt),
  column("response", "text", "The completion, decoded from its token ids: what verifiers read.", (r) => r.response),
  column("finish_reason", "text", "`stop` or `length`.", (r) => r.finishReason),
  column("tokens", "int32", "Tokens of the completion, the ending EOS included.", (r) => r.tokens),
  column("prompt_token_ids", { list: "int32" }, "Token ids of the prompt.", (r) => r.promptTokenIds),
  column("token_ids", { list: "int32" }, "Token ids of the completion.", (r) => r.tokenIds),
  column(
    "logprobs",
    { list: "float32" },
    "Log-probability of each of them, in nats, under the distribution that was sampled from.",
    (r) => r.logprobs,
  ),
  nullable(
    "teacher_logprobs",
    { list: "float32" },
    "The same under the teacher, at temperature 1; null without a teacher.",
    (r) => r.teacherLogprobs,
  ),
  nullable(
    "log_ratios",
    { list: "float32" },
    "The trainer's log-probability less that in `logprobs`, in nats, to three digits; null where no trainer told it.",
    (r) => r.logRatios,
  ),
  nullable(
    "entropies",
    { list: "float32" },
    "Entropy of the distribution that each token is drawn from, in nats, to three digits; null where no trainer told it.",
    (r) => r.entropies,
  ),
  nullable("passed", "boolean", "What all verdicts come to; null where one is missing.", (r) => r.passed),
  nullable("reward", "float64", "Their scores as one number; null where one is missing.", (r) => r.reward),
  nullable("extracted", "text", "The answer that was found in the response.", (r) => r.extracted),
  nullable("advantage", "float64", "Advantage of the rollout; null before credit was given.", (r) => r.advantage),
  nullable("weight", "float64", "Loss weight of each of its tokens.", (r) => r.weight),
  nullable(
    "advantage_2",
    "float64",
    "Advantage of the second surrogate (COPO); null without one.",
    (r) => r.advantage2,
  ),
  nullable("weight_2", "float64", "Weight of the second surrogate.", (r) => r.weight2),
  nullable("minibatch", "int32", "Minibatch of the batch, from 0; null where it was not trained.", (r) => r.minibatch),
  nullable("batch_id", "int64", "Id of the batch that it was trained in; null where it was not.", (r) => r.batchId),
  nullable("drop_reason", "text", "Why it was not trained; null where it was.", (r) => r.dropReason),
  column("verdicts", { records: VERDICT_COLUMNS }, "What each verifier said, by name.", (r) => r.verdicts),
];
