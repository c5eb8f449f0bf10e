import { sql } from "drizzle-orm";
import type { Connection, Database } from "../database.ts";
import { runStateNow, type RunStateNow } from "../run-state.ts";
import type { RunState } from "../runs.ts";

/** A run at a glance. */
export interface RunOverview {
  readonly id: number;
  readonly name: string;
  /** `removing`: its removal was cut short, or goes on. */
  readonly state: RunStateNow | "removing";
  readonly seed: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** Finished steps. */
  readonly step: number;
  /** Steps that the recipe asks for. */
  readonly steps: number;
  /** Mean reward of the newest finished step. */
  readonly reward: number | null;
  readonly rollouts: number;
  /** By name. */
  readonly tags: readonly string[];
  /** What a person wrote about it. */
  readonly note: string | null;
  /** The run that it was forked from, and the step after which. */
  readonly parentRun: number | null;
  readonly parentStep: number | null;
  /** The fork that replaces it. */
  readonly supersededBy: number | null;
  /** Runs that were forked from it, oldest first. */
  readonly forks: readonly number[];
  /** The file of its recipe when it began; null in runs of older versions. */
  readonly recipeFile: string | null;
  /** When it last told something, as each step and evaluation does; null before. */
  readonly lastEventAt: string | null;
}

/** Columns that hold JSON. */
type OverviewRow = Omit<RunOverview, "state" | "tags" | "forks"> & {
  readonly state: RunState | "removing";
  readonly tags: string;
  readonly forks: string;
};

/** All runs, newest first, or the one of an id. */
export function runOverviews(db: Database, runId?: number): RunOverview[] {
  // Finished steps have their count of rollouts; those of the others are counted.
  const rows = db.all<OverviewRow>(sql`
    WITH shown AS MATERIALIZED (
      SELECT r.*, coalesce((SELECT s.number FROM steps s WHERE s.run_id = r.id AND s.phase = 'done'
                            ORDER BY s.number DESC LIMIT 1), r.parent_step, 0) AS step
      FROM runs r ${runId === undefined ? sql`` : sql`WHERE r.id = ${runId}`}
    )
    SELECT r.id, r.name, r.state, r.seed, r.created_at AS createdAt, r.finished_at AS finishedAt, r.step,
           coalesce(r.recipe ->> 'steps', 0) AS steps,
           (SELECT m.value FROM metrics m WHERE m.run_id = r.id AND m.name = 'reward.mean'
            ORDER BY m.step DESC LIMIT 1) AS reward,
           (SELECT CAST(total(m.value) AS INTEGER) FROM metrics m
            WHERE m.run_id = r.id AND m.name = 'rollouts' AND m.step <= r.step)
           + (SELECT count(*) FROM steps s CROSS JOIN groups g ON g.step_id = s.id CROSS JOIN rollouts o ON o.group_id = g.id
              WHERE s.run_id = r.id AND s.number > r.step) AS rollouts,
           (SELECT json_group_array(t.tag ORDER BY t.tag) FROM run_tags t WHERE t.run_id = r.id) AS tags, r.note,
           r.parent_run AS parentRun, r.parent_step AS parentStep, r.superseded_by AS supersededBy,
           (SELECT json_group_array(f.id ORDER BY f.id) FROM runs f WHERE f.parent_run = r.id) AS forks,
           r.recipe_file AS recipeFile,
           (SELECT e.at FROM events e WHERE e.run_id = r.id ORDER BY e.id DESC LIMIT 1) AS lastEventAt
    FROM shown r
    ORDER BY r.id DESC`);
  return rows.map((row) => ({
    ...row,
    state: row.state === "removing" ? row.state : runStateNow(db, { id: row.id, state: row.state }),
    tags: JSON.parse(row.tags) as string[],
    forks: JSON.parse(row.forks) as number[],
  }));
}

/** Mean rewards of runs over their steps, each in at most so many buckets of equal numbers of steps, by run. */
export function rewardCurves(db: Connection, runIds: readonly number[], buckets: number): Map<number, number[]> {
  const rows = db.all<{ readonly runId: number; readonly reward: number }>(sql`
    WITH shown AS MATERIALIZED (
      SELECT j.value AS id,
             CAST(ceil((SELECT max(m.step) FROM metrics m WHERE m.run_id = j.value AND m.name = 'reward.mean') / ${buckets}) AS INTEGER) AS width
      FROM json_each(${JSON.stringify(runIds)}) j
    )
    SELECT r.id AS runId, avg(m.value) AS reward
    FROM shown r CROSS JOIN metrics m ON m.run_id = r.id AND m.name = 'reward.mean'
    GROUP BY r.id, (m.step - 1) / r.width
    ORDER BY r.id, min(m.step)`);
  const curves = Map.groupBy(rows, ({ runId }) => runId);
  return new Map([...curves].map(([runId, points]) => [runId, points.map(({ reward }) => reward)]));
}

/** Accuracy on a held-out suite before training and now. */
export interface HeldOutAccuracy {
  readonly before: number | null;
  readonly now: number | null;
}

/**
 * Accuracy over all arms of runs, in the first and the newest finished evaluation of a suite: `test` where it was
 * evaluated twice or more, else `development`, else `test` all the same. Runs without an evaluation are left out.
 */
export function heldOutAccuracies(db: Connection, runIds: readonly number[]): Map<number, HeldOutAccuracy> {
  const rows = db.all<{ readonly runId: number; readonly suite: string; readonly accuracy: number | null }>(sql`
    SELECT e.run_id AS runId, e.suite, total(a.passed) / nullif(sum(a.judged), 0) AS accuracy
    FROM json_each(${JSON.stringify(runIds)}) j
    CROSS JOIN evals e ON e.run_id = j.value AND e.suite IN ('test', 'development')
    CROSS JOIN eval_arms a ON a.eval_id = e.id
    WHERE e.finished_at IS NOT NULL
    GROUP BY e.id
    ORDER BY e.run_id, e.step`);
  const found = new Map<number, HeldOutAccuracy>();
  for (const [runId, evals] of Map.groupBy(rows, (row) => row.runId)) {
    const test = evals.filter(({ suite }) => suite === "test");
    const development = evals.filter(({ suite }) => suite === "development");
    const chosen = test.length >= 2 || development.length === 0 ? test : development;
    found.set(runId, { before: chosen[0]?.accuracy ?? null, now: chosen.at(-1)?.accuracy ?? null });
  }
  return found;
}
