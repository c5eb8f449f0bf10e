import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";

/** A trained version whose files are kept. Directories are relative to the run's own. */
export interface StandingVersion {
  readonly policyVersion: number;
  /** The step that made it. */
  readonly step: number;
  readonly createdAt: string;
  readonly exportDirectory: string;
  /** Null where the trainer wrote no checkpoint of it. */
  readonly directory: string | null;
}

/** The versions of a run whose files are kept, newest first. */
export function standingVersions(db: Connection, runId: number, limit: number): StandingVersion[] {
  return db.all<StandingVersion>(sql`
    SELECT k.policy_version AS policyVersion, s.number AS step, k.created_at AS createdAt,
           k.export_directory AS exportDirectory, k.directory
    FROM checkpoints k CROSS JOIN batches b ON b.id = k.batch_id CROSS JOIN steps s ON s.id = b.step_id
    WHERE k.run_id = ${runId} AND k.removed_at IS NULL
    ORDER BY k.policy_version DESC
    LIMIT ${limit}`);
}
