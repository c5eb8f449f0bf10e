import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";
import type { JobRow } from "../training.ts";

/** A trainer job of a run, and how many checkpoints came of it. */
export interface JobWithCheckpoints extends Pick<JobRow, "epoch" | "driver" | "detail"> {
  readonly state: string;
  readonly startedFromVersion: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly checkpoints: number;
}

/** The trainer jobs of a run, newest first. */
export function jobsOfRun(db: Connection, runId: number, limit: number): JobWithCheckpoints[] {
  return db.all<JobWithCheckpoints>(sql`
    WITH made AS MATERIALIZED (SELECT job_id, count(*) AS checkpoints FROM checkpoints WHERE run_id = ${runId} GROUP BY job_id)
    SELECT j.epoch, j.driver, j.state, j.detail, j.started_from_version AS startedFromVersion, j.created_at AS createdAt,
           j.updated_at AS updatedAt, coalesce(m.checkpoints, 0) AS checkpoints
    FROM trainer_jobs j LEFT JOIN made m ON m.job_id = j.id
    WHERE j.run_id = ${runId}
    ORDER BY j.epoch DESC
    LIMIT ${limit}`);
}
