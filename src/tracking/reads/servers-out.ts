import { sql } from "drizzle-orm";
import { maskUrlsIn } from "../../core/secrets/mask-urls.ts";
import type { Connection } from "../database.ts";

/** A policy server that a run has out of use. */
export interface ServerOut {
  readonly replica: string;
  readonly reason: string;
  readonly at: string;
}

/** Policy servers that went out of use since a run was last taken up, and are not back. */
export function serversOut(db: Connection, runId: number): ServerOut[] {
  const rows = db.all<ServerOut>(sql`
    WITH newest AS (
      SELECT e.data ->> 'replica' AS replica, max(e.id) AS id
      FROM events e
      WHERE e.run_id = ${runId} AND e.type = 'replica_state'
        AND e.id > (SELECT max(b.id) FROM events b WHERE b.run_id = ${runId} AND b.type IN ('run_started', 'run_resumed'))
      GROUP BY 1
    )
    SELECT n.replica, e.data ->> 'reason' AS reason, e.at
    FROM newest n CROSS JOIN events e ON e.id = n.id
    WHERE e.data ->> 'state' = 'out'
    ORDER BY e.id`);
  // An older version had keys in the URLs that its replicas are named by.
  return rows.map((row) => maskUrlsIn(row) as ServerOut);
}
