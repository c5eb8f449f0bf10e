import { sql, type SQL } from "drizzle-orm";
import type { Connection } from "../database.ts";
import type { RolloutLine } from "./rollout-rows.ts";

/** What one verifier said of a rollout. */
export interface StoredVerdictDetail {
  readonly verifier: string;
  readonly version: string;
  readonly status: "ok" | "error" | "timeout" | "skipped";
  readonly passed: boolean | null;
  readonly score: number | null;
  readonly extracted: string | null;
  readonly details: unknown;
  readonly error: string | null;
  readonly runMs: number;
  readonly queueMs: number;
  readonly attempts: number;
  readonly kept: boolean;
}

/** From problem to checkpoint; only for a rollout that is in a batch. */
export interface RolloutLineage {
  readonly propensity: number;
  readonly trainedUnder: string | null;
  readonly replaces: number | null;
  readonly batch: string;
  readonly batchSha256: string | null;
  readonly minibatch: number | null;
  readonly trainerEpoch: number | null;
  readonly trainedIntoVersion: number | null;
  readonly checkpoint: string | null;
  readonly checkpointSha256: string | null;
}

/** All of a rollout but its tokens. Texts are whole. */
export interface StoredRolloutDetail extends RolloutLine {
  readonly runId: number;
  readonly answer: string;
  /** Rollouts of one prompt have one id. */
  readonly promptId: number;
  /** The prompt before the policy's chat template was put around it. */
  readonly prompt: string;
  readonly extracted: string | null;
  readonly seed: number;
  readonly policyVersion: number;
  readonly weight: number | null;
  /** Of the second surrogate (COPO's global loss); null without one. */
  readonly advantage2: number | null;
  readonly weight2: number | null;
  /** Whether its trainer told what it computed of its tokens. */
  readonly hasTokenStats: boolean;
  readonly verdicts: readonly StoredVerdictDetail[];
  readonly lineage: RolloutLineage | null;
}

/** A rollout with all that was said of it and that came of it; undefined when there is none of that id. */
export function rolloutDetail(db: Connection, rolloutId: number): StoredRolloutDetail | undefined {
  return selectDetails(db, sql`r.id = ${rolloutId}`)[0];
}

/** The same of all rollouts of a group, by number. */
export function rolloutDetailsOfGroup(db: Connection, groupId: number): StoredRolloutDetail[] {
  return selectDetails(db, sql`r.group_id = ${groupId}`);
}

type DetailRow = Omit<StoredRolloutDetail, "passed" | "hasTokenStats" | "verdicts" | "lineage"> &
  Omit<RolloutLineage, "batch"> & {
    readonly passed: number | null;
    readonly hasTokenStats: number;
    readonly batch: string | null;
  };

function selectDetails(db: Connection, which: SQL): StoredRolloutDetail[] {
  const rows = db.all<DetailRow>(sql`
    SELECT r.id, g.id AS groupId, s.run_id AS runId, s.number AS step, g.slot, r.number, g.arm, p.key AS problemKey, p.problem, p.answer,
           r.prompt_id AS promptId, pr.text AS prompt, x.text AS response, r.tokens, r.finish_reason AS finishReason, r.seed,
           r.policy_version AS policyVersion, o.passed, o.reward, o.extracted, c.advantage, c.weight, c.advantage_2 AS advantage2, c.weight_2 AS weight2,
           z.rollout_id IS NOT NULL AS hasTokenStats,
           h.tier || ' ' || h.level AS hint, CASE WHEN c.batch_id IS NOT NULL THEN 'trained' ELSE c.drop_reason END AS fate,
           g.propensity, r.trained_under AS trainedUnder, r.replaces, b.directory AS batch, b.sha256 AS batchSha256, c.minibatch,
           t.epoch AS trainerEpoch, k.policy_version AS trainedIntoVersion, k.directory AS checkpoint, k.sha256 AS checkpointSha256
    FROM rollouts r
    CROSS JOIN groups g ON g.id = r.group_id
    CROSS JOIN steps s ON s.id = g.step_id
    CROSS JOIN problems p ON p.id = g.problem_id
    CROSS JOIN prompts pr ON pr.id = r.prompt_id
    CROSS JOIN rollout_payloads x ON x.rollout_id = r.id
    LEFT JOIN hints h ON h.id = r.hint_id
    LEFT JOIN outcomes o ON o.rollout_id = r.id
    LEFT JOIN credits c ON c.rollout_id = r.id
    LEFT JOIN token_stats z ON z.rollout_id = r.id
    LEFT JOIN batches b ON b.id = c.batch_id
    LEFT JOIN checkpoints k ON k.batch_id = b.id AND k.run_id = s.run_id
    LEFT JOIN trainer_jobs t ON t.id = k.job_id
    WHERE ${which}
    ORDER BY r.number`);
  const verdicts = selectVerdicts(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => toDetail(row, verdicts.get(row.id) ?? []));
}

type VerdictRow = Omit<StoredVerdictDetail, "passed" | "kept" | "details"> & {
  readonly rolloutId: number;
  readonly passed: number | null;
  readonly kept: number;
  readonly details: string | null;
};

/** The verdicts of rollouts, by the rollout's id. */
function selectVerdicts(db: Connection, rolloutIds: readonly number[]): Map<number, StoredVerdictDetail[]> {
  const rows = db.all<VerdictRow>(sql`
    SELECT v.rollout_id AS rolloutId, v.verifier, v.version, v.status, v.passed, v.score, v.extracted, v.details, v.error,
           v.run_ms AS runMs, v.queue_ms AS queueMs, v.attempts, v.kept
    FROM json_each(${JSON.stringify(rolloutIds)}) j CROSS JOIN verdicts v ON v.rollout_id = j.value
    ORDER BY v.rollout_id, v.rowid`);
  const found = new Map<number, StoredVerdictDetail[]>();
  for (const { rolloutId, ...row } of rows) {
    const details = row.details === null ? null : (JSON.parse(row.details) as unknown);
    const verdict = { ...row, passed: toBoolean(row.passed), kept: row.kept === 1, details };
    const known = found.get(rolloutId);
    if (known === undefined) found.set(rolloutId, [verdict]);
    else known.push(verdict);
  }
  return found;
}

function toDetail(row: DetailRow, verdicts: readonly StoredVerdictDetail[]): StoredRolloutDetail {
  const { propensity, trainedUnder, replaces, batch, batchSha256, minibatch, ...rest } = row;
  const { trainerEpoch, trainedIntoVersion, checkpoint, checkpointSha256, ...line } = rest;
  return {
    ...line,
    passed: toBoolean(row.passed),
    hasTokenStats: row.hasTokenStats === 1,
    verdicts,
    lineage:
      batch === null
        ? null
        : {
            propensity,
            trainedUnder,
            replaces,
            batch,
            batchSha256,
            minibatch,
            trainerEpoch,
            trainedIntoVersion,
            checkpoint,
            checkpointSha256,
          },
  };
}

function toBoolean(value: number | null): boolean | null {
  return value === null ? null : value === 1;
}
