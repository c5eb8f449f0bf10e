/**
 * Writes docs/sql-cookbook.md: every ready query with its answer. `pnpm docs:sql FILE.db`, of a database made by
 *
 *     rlvr run curricula/microcosm-grpo.yaml --db FILE.db
 *     rlvr run --db FILE.db        # killed after some steps
 *     rlvr resume --db FILE.db --set sampling.concurrency=16
 */
import { writeFileSync } from "node:fs";
import { packagePath } from "../src/core/package-files.ts";
import { readyQueries } from "../src/tracking/ready-queries.ts";
import { withReadOnlyQuery } from "../src/tracking/read-only-query.ts";
import type { SqlValue } from "../src/tracking/read-only-protocol.ts";
import { cookbookPage, type AnsweredQuery } from "./sql-cookbook-page.ts";

const [databasePath] = process.argv.slice(2);
if (databasePath === undefined) throw new Error("Name the database: pnpm docs:sql FILE.db");

const answered: AnsweredQuery[] = [];
for (const query of readyQueries()) {
  const request = { databasePath, sql: query.sql, timeoutMs: 60_000 };
  const answer = await withReadOnlyQuery(request, async ({ columns, packets }) => {
    const rows: (readonly SqlValue[])[] = [];
    for await (const packet of packets) rows.push(...packet);
    return { columns, rows };
  });
  answered.push({ ...query, ...answer });
}
writeFileSync(packagePath("docs/sql-cookbook.md"), cookbookPage(answered));
