import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";

/** A trained version whose files are kept. Directories are relative to the run's own. */
export interface StandingVersion {
  readonly policyVersion: number;
  /** The step that made it; of the version that a fork begins with, the one after which it was forked. */
  readonly step: number;
  readonly createdAt: string;
  readonly exportDirectory: string;
  /** Null where the trainer wrote no checkpoint of it. */
  readonly directory: string | null;
}

/** The versions of a run whose files are kept, newest first. */
export function standingVersions(db: Connection, runId: number, limit: number): StandingVersion[] {
  return db.all<StandingVersion>(sql`
    SELECT k.policy_version AS policyVersion, max(s.number, coalesce(r.parent_step, 0)) AS step, k.created_at AS createdAt,
           k.export_directory AS exportDirectory, k.directory
    FROM runs r CROSS JOIN checkpoints k ON k.run_id = r.id CROSS JOIN batches b ON b.id = k.batch_id CROSS JOIN steps s ON s.id = b.step_id
    WHERE r.id = ${runId} AND k.removed_at IS NULL
    ORDER BY k.policy_version DESC
    LIMIT ${limit}`);
}
