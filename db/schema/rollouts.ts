import { sql } from "drizzle-orm";
import { blob, check, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { groups } from "./groups.ts";
import { hints } from "./hints.ts";
import { prompts } from "./problems.ts";
import { batches } from "./training.ts";

/** One attempt at a problem. Narrow: what is large stands in rollout_payloads. `number` is its place in the group. */
export const rollouts = sqliteTable(
  "rollouts",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    groupId: integer("group_id")
      .notNull()
      .references(() => groups.id),
    number: integer("number").notNull(),
    /** The prompt it was sampled under, its own even when others of the group saw another. */
    promptId: integer("prompt_id")
      .notNull()
      .references(() => prompts.id),
    /** The hint in that prompt; null for an attempt of the policy's own. */
    hintId: integer("hint_id").references(() => hints.id),
    /** Number of the group's rollout that this hinted one stands in for; null where it does not. */
    replaces: integer("replaces"),
    /** For such a rollout: under which prompt it is trained, its own or the problem's plain one. */
    trainedUnder: text("trained_under", { enum: ["hinted", "unhinted"] }),
    seed: integer("seed").notNull(),
    policyVersion: integer("policy_version").notNull(),
    finishReason: text("finish_reason", { enum: ["stop", "length"] }).notNull(),
    /** Tokens of the completion, the ending EOS included. */
    tokens: integer("tokens").notNull(),
    sampledAt: text("sampled_at").notNull(),
  },
  (table) => [
    uniqueIndex("rollouts_natural").on(table.groupId, table.number),
    index("rollouts_by_hint")
      .on(table.hintId)
      .where(sql`${table.hintId} IS NOT NULL`),
  ],
);

/** The large part of a rollout. `token_ids` are little-endian int32, log-probabilities little-endian float32. */
export const rolloutPayloads = sqliteTable("rollout_payloads", {
  rolloutId: integer("rollout_id")
    .primaryKey()
    .references(() => rollouts.id),
  tokenIds: blob("token_ids", { mode: "buffer" }).notNull(),
  logprobs: blob("logprobs", { mode: "buffer" }).notNull(),
  /** Of the same tokens under the teacher, at temperature 1; null without one. */
  teacherLogprobs: blob("teacher_logprobs", { mode: "buffer" }),
  /** The completion decoded from its ids: what the verifiers read. */
  text: text("text").notNull(),
});

/**
 * A stretch of a rollout that one version of the weights drew (`pipeline.partial`), by its place from 0. Rollouts without any
 * were drawn under one version. The tokens stand here until the rollout is whole, and then in its payload.
 */
export const rolloutSpans = sqliteTable(
  "rollout_spans",
  {
    groupId: integer("group_id")
      .notNull()
      .references(() => groups.id),
    /** Number of the rollout in its group. */
    number: integer("number").notNull(),
    place: integer("place").notNull(),
    policyVersion: integer("policy_version").notNull(),
    tokens: integer("tokens").notNull(),
    /** Of the last one of a rollout; null where it was interrupted. */
    finishReason: text("finish_reason", { enum: ["stop", "length"] }),
    tokenIds: blob("token_ids", { mode: "buffer" }),
    logprobs: blob("logprobs", { mode: "buffer" }),
    text: text("text"),
  },
  (table) => [primaryKey({ columns: [table.groupId, table.number, table.place] })],
);

/**
 * What the trainer computed of each token of a trained rollout, under the weights that its batch began with, at the temperature
 * and the prompt that it is trained under. No row for rollouts that were not trained, or of which the trainer told nothing.
 * Little-endian float16: 4 bytes a token.
 */
export const tokenStats = sqliteTable("token_stats", {
  rolloutId: integer("rollout_id")
    .primaryKey()
    .references(() => rollouts.id),
  /** The trainer's log-probability less the sampler's (`rollout_payloads.logprobs`), in nats. */
  logRatios: blob("log_ratios", { mode: "buffer" }).notNull(),
  /** Entropy of the distribution that the token is drawn from, in nats. */
  entropies: blob("entropies", { mode: "buffer" }).notNull(),
});

/** What one verifier said of one rollout. `verifier` is what the recipe calls it. */
export const verdicts = sqliteTable(
  "verdicts",
  {
    rolloutId: integer("rollout_id")
      .notNull()
      .references(() => rollouts.id),
    verifier: text("verifier").notNull(),
    version: text("version").notNull(),
    status: text("status", { enum: ["ok", "error", "timeout", "skipped"] }).notNull(),
    passed: integer("passed", { mode: "boolean" }),
    score: real("score"),
    extracted: text("extracted"),
    details: text("details", { mode: "json" }),
    error: text("error"),
    runMs: real("run_ms").notNull(),
    queueMs: real("queue_ms").notNull(),
    /** How often it was tried; 0 where it was skipped. */
    attempts: integer("attempts").notNull().default(1),
    /** Whether it was taken from an earlier verdict under the same key, whose run time it shows. */
    kept: integer("kept", { mode: "boolean" }).notNull().default(false),
    /** sha256 of all that a verdict depends on: verifier, version, source, options, problem, response. Null: not known. */
    key: blob("key", { mode: "buffer" }),
  },
  (table) => [
    primaryKey({ columns: [table.rolloutId, table.verifier] }),
    index("verdicts_by_key")
      .on(table.key)
      .where(sql`${table.status} = 'ok' AND NOT ${table.kept}`),
    check(
      "verdicts_score_only_when_ok",
      sql`(${table.status} = 'ok') = (${table.passed} IS NOT NULL) AND (${table.status} = 'ok') = (${table.score} IS NOT NULL)`,
    ),
  ],
);

/** What all verdicts of a rollout come to: src/verifiers/combine-verdicts.ts. No reward: a verifier crashed or ran late. */
export const outcomes = sqliteTable(
  "outcomes",
  {
    rolloutId: integer("rollout_id")
      .primaryKey()
      .references(() => rollouts.id),
    reward: real("reward"),
    passed: integer("passed", { mode: "boolean" }),
    extracted: text("extracted"),
  },
  (table) => [check("outcomes_passed_with_reward", sql`(${table.reward} IS NULL) = (${table.passed} IS NULL)`)],
);

/** Why a rollout was not trained. */
export const DROP_REASONS = [
  "zero_variance",
  "no_verdict",
  "truncated",
  "replaced_by_hint",
  "hint_search",
  "quarantined",
  "stale",
  "cancelled",
] as const;

/** The credit of a rollout: in exactly one of a batch or a reason why not. */
export const credits = sqliteTable(
  "credits",
  {
    rolloutId: integer("rollout_id")
      .primaryKey()
      .references(() => rollouts.id),
    /** All verdicts in one number, as in `outcomes`. */
    reward: real("reward"),
    advantage: real("advantage").notNull(),
    /** Loss weight of each of its tokens. */
    weight: real("weight").notNull(),
    /** Advantage and weight of the second surrogate (COPO's global loss); null without one. */
    advantage2: real("advantage_2"),
    weight2: real("weight_2"),
    /** Which minibatch of the batch it is in, from 0; null when it was never in one. */
    minibatch: integer("minibatch"),
    batchId: integer("batch_id").references(() => batches.id),
    dropReason: text("drop_reason", { enum: DROP_REASONS }),
  },
  (table) => [
    index("credits_by_batch").on(table.batchId),
    check("credits_batch_or_reason", sql`(${table.batchId} IS NULL) <> (${table.dropReason} IS NULL)`),
  ],
);
