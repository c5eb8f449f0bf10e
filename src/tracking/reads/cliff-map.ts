import { sql, type SQL } from "drizzle-orm";
import type { Connection } from "../database.ts";
import { listedBytes, listedText } from "./text-beginning.ts";

/** How the problems of a cliff map are ordered: worst pass rate first, most visits first, or as in their set. */
export type CliffOrder = "hardest" | "visits" | "position";

/** A problem that a run has practised. */
export interface PractisedProblem {
  readonly problemId: number;
  readonly key: string;
  readonly arm: string;
  /** Its beginning. */
  readonly problem: string;
  /** How often it was drawn. */
  readonly visitCount: number;
  /** First step at which it passed without a hint after it had needed one; null where it has not, or needed none. */
  readonly graduatedAt: number | null;
}

/** One visit to a problem: one group. */
export interface ProblemVisit {
  readonly problemId: number;
  readonly step: number;
  readonly groupId: number;
  /** Of the policy's own rollouts; null while not judged. */
  readonly passRate: number | null;
  /** The hint that rescued it, or else the last that was tried. */
  readonly hint: { readonly tier: string; readonly level: number; readonly isRescue: boolean } | null;
}

/** A page of the problems that a run has practised, of one arm where that is given, with how many there are in all. */
export function practisedProblems(
  db: Connection,
  runId: number,
  page: {
    readonly arm: string | undefined;
    readonly order: CliffOrder;
    readonly offset: number;
    readonly limit: number;
  },
): { readonly problems: number; readonly rows: readonly PractisedProblem[] } {
  const order: Readonly<Record<CliffOrder, SQL>> = {
    hardest: sql`v.passed / nullif(v.judged, 0) NULLS LAST, v.visitCount DESC, p.position`,
    visits: sql`v.visitCount DESC, p.position`,
    position: sql`p.position`,
  };
  const rows = db.all<PractisedRow>(sql`
    WITH visited AS MATERIALIZED (
      SELECT g.problem_id AS id, count(*) AS visitCount, total(g.passed) AS passed, sum(g.judged) AS judged, min(g.id) AS groupId
      FROM problems p
      CROSS JOIN groups g ON g.problem_id = p.id
      CROSS JOIN steps s ON s.id = g.step_id AND s.run_id = ${runId}
      WHERE p.set_id = (SELECT practice_set_id FROM runs WHERE id = ${runId})
      GROUP BY p.id
    ), paged AS MATERIALIZED (
      SELECT count(*) OVER () AS problems, v.id AS problemId, p.key, g.arm, ${listedBytes(sql`p.problem`)} AS problem, v.visitCount
      FROM visited v CROSS JOIN problems p ON p.id = v.id CROSS JOIN groups g ON g.id = v.groupId
      ${page.arm === undefined ? sql`` : sql`WHERE g.arm = ${page.arm}`}
      ORDER BY ${order[page.order]}
      LIMIT ${page.limit} OFFSET ${page.offset}
    )
    SELECT *, (SELECT min(s.number) FROM groups g CROSS JOIN steps s ON s.id = g.step_id
               WHERE g.problem_id = x.problemId AND g.passed > 0 AND s.run_id = ${runId}
                 AND s.number > (SELECT min(hs.number) FROM groups hg CROSS JOIN steps hs ON hs.id = hg.step_id
                                 WHERE hg.problem_id = x.problemId AND hg.scaffold = 'hinted' AND hs.run_id = ${runId})) AS graduatedAt
    FROM paged x`);
  const [first] = rows;
  // A page beyond the last has no row to tell how many there are.
  if (first === undefined && page.offset > 0)
    return { ...practisedProblems(db, runId, { ...page, offset: 0, limit: 1 }), rows: [] };
  return {
    problems: first?.problems ?? 0,
    rows: rows.map(({ problemId, key, arm, problem, visitCount, graduatedAt }) => {
      return { problemId, key, arm, problem: listedText(problem), visitCount, graduatedAt };
    }),
  };
}

interface PractisedRow extends Omit<PractisedProblem, "problem"> {
  readonly problem: Buffer | null;
  readonly problems: number;
}

interface VisitRow {
  readonly problemId: number;
  readonly step: number;
  readonly groupId: number;
  readonly passRate: number | null;
  readonly hint: string | null;
}

/** The visits of a run to problems, oldest first; of each problem the newest so many. */
export function problemVisits(
  db: Connection,
  runId: number,
  problemIds: readonly number[],
  limit: number,
): ProblemVisit[] {
  const rows = db.all<VisitRow>(sql`
    WITH visits AS MATERIALIZED (
      SELECT g.problem_id AS problemId, s.number AS step, g.id AS groupId, 1.0 * g.passed / nullif(g.judged, 0) AS passRate,
             row_number() OVER (PARTITION BY g.problem_id ORDER BY s.number DESC, g.slot DESC) AS place
      FROM json_each(${JSON.stringify(problemIds)}) j
      CROSS JOIN groups g ON g.problem_id = j.value
      CROSS JOIN steps s ON s.id = g.step_id AND s.run_id = ${runId}
    )
    SELECT v.problemId, v.step, v.groupId, v.passRate,
           (SELECT json_object('tier', h.tier, 'level', h.level, 'isRescue',
                     json(iif(EXISTS (SELECT 1 FROM rollouts r WHERE r.hint_id = h.id AND r.replaces IS NOT NULL), 'true', 'false')))
            FROM hints h WHERE h.group_id = v.groupId AND h.skip_reason IS NULL
            ORDER BY EXISTS (SELECT 1 FROM rollouts r WHERE r.hint_id = h.id AND r.replaces IS NOT NULL) DESC, h.attempt DESC
            LIMIT 1) AS hint
    FROM visits v
    WHERE v.place <= ${limit}
    ORDER BY v.problemId, v.place DESC`);
  return rows.map((row) => ({
    ...row,
    hint: row.hint === null ? null : (JSON.parse(row.hint) as ProblemVisit["hint"]),
  }));
}
