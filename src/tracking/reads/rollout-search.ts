import { sql, type SQL } from "drizzle-orm";
import type { Connection } from "../database.ts";

/** Which rollouts of a run are wanted; what is left out is not asked. */
export interface RolloutFilters {
  readonly arm?: string | undefined;
  readonly stepFrom?: number | undefined;
  readonly stepTo?: number | undefined;
  /** What all verdicts came to; `none`: a verdict that is required is missing. */
  readonly passed?: "true" | "false" | "none" | undefined;
  readonly verifier?: string | undefined;
  /** Status of that verifier's verdict, or of any without one. */
  readonly status?: "ok" | "error" | "timeout" | "skipped" | undefined;
  /** `any`, `none`, or a tier. */
  readonly hint?: string | undefined;
  /** `trained`, `any` (dropped for whatever reason), or a reason. */
  readonly drop?: string | undefined;
  /** A problem's key. */
  readonly problem?: string | undefined;
  /** Part of the response; ASCII letters match in either case. */
  readonly text?: string | undefined;
}

/** Where a search stands: it goes on with what comes before this, newest first. A place of a group that is all done has `number` 0. */
export interface SearchPlace {
  readonly step: number;
  readonly slot: number;
  readonly number: number;
}

/** A group that a search comes by. */
export interface WalkedGroup {
  readonly id: number;
  readonly step: number;
  readonly slot: number;
  readonly rollouts: number;
  /** Whether what is known of the group lets any of its rollouts be wanted. */
  readonly isWanted: boolean;
}

/** Reasons that only rollouts of groups with hints are dropped for. */
const HINT_REASONS: ReadonlySet<string> = new Set(["hint_search", "replaced_by_hint"]);

/**
 * The next groups of a run on the way of a search, newest step first, last slot first. They are read in the order of
 * their index, a bounded number of them; those of one problem are found by the problem.
 */
export function walkGroups(
  db: Connection,
  runId: number,
  filters: RolloutFilters,
  from: SearchPlace | undefined,
  limit: number,
): WalkedGroup[] {
  const { arm, stepFrom, stepTo, problem, hint, drop } = filters;
  const wanted: SQL[] = [sql`TRUE`];
  if (arm !== undefined) wanted.push(sql`g.arm = ${arm}`);
  const needsHint = (hint !== undefined && hint !== "none") || (drop !== undefined && HINT_REASONS.has(drop));
  if (needsHint) wanted.push(sql`EXISTS (SELECT 1 FROM hints h WHERE h.group_id = g.id)`);
  const last = Math.min(stepTo ?? Number.MAX_SAFE_INTEGER, from?.step ?? Number.MAX_SAFE_INTEGER);
  const conditions = [sql`s.run_id = ${runId}`, sql`s.number BETWEEN ${stepFrom ?? 0} AND ${last}`];
  // A group whose rollouts are not all looked at is walked to again.
  if (from !== undefined)
    conditions.push(
      from.number > 0
        ? sql`(s.number, g.slot) <= (${from.step}, ${from.slot})`
        : sql`(s.number, g.slot) < (${from.step}, ${from.slot})`,
    );
  const source =
    problem === undefined
      ? sql`steps s CROSS JOIN groups g ON g.step_id = s.id`
      : sql`problems p CROSS JOIN groups g ON g.problem_id = p.id CROSS JOIN steps s ON s.id = g.step_id`;
  if (problem !== undefined) conditions.push(sql`p.key = ${problem}`);
  return db
    .all<Omit<WalkedGroup, "isWanted"> & { readonly isWanted: number }>(sql`
      SELECT g.id, s.number AS step, g.slot, ${sql.join(wanted, sql` AND `)} AS isWanted,
             (SELECT count(*) FROM rollouts r WHERE r.group_id = g.id) AS rollouts
      FROM ${source}
      WHERE ${sql.join(conditions, sql` AND `)}
      ORDER BY s.number DESC, g.slot DESC
      LIMIT ${limit}`)
    .map((row) => ({ ...row, isWanted: row.isWanted === 1 }));
}

/** A rollout that a search found. */
export interface FoundRollout extends SearchPlace {
  readonly id: number;
}

/** The wanted rollouts of groups that were walked to, in the order of the groups, last number first. */
export function matchingRollouts(
  db: Connection,
  groups: readonly WalkedGroup[],
  filters: RolloutFilters,
  from: SearchPlace | undefined,
  limit: number,
): FoundRollout[] {
  const ids = JSON.stringify(groups.map(({ id }) => id));
  const conditions = conditionsOf(filters);
  if (from !== undefined && from.number > 0)
    conditions.push(sql`(s.number, g.slot, r.number) < (${from.step}, ${from.slot}, ${from.number})`);
  return db.all<FoundRollout>(sql`
    SELECT r.id, s.number AS step, g.slot, r.number
    FROM json_each(${ids}) j
    CROSS JOIN groups g ON g.id = j.value
    CROSS JOIN steps s ON s.id = g.step_id
    CROSS JOIN rollouts r ON r.group_id = g.id
    LEFT JOIN outcomes o ON o.rollout_id = r.id
    LEFT JOIN credits c ON c.rollout_id = r.id
    WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY j.key, r.number DESC
    LIMIT ${limit}`);
}

function conditionsOf({ passed, verifier, status, hint, drop, text }: RolloutFilters): SQL[] {
  const conditions: SQL[] = [sql`TRUE`];
  if (passed === "none") conditions.push(sql`o.passed IS NULL`);
  else if (passed !== undefined) conditions.push(sql`o.passed = ${passed === "true" ? 1 : 0}`);
  if (hint === "none") conditions.push(sql`r.hint_id IS NULL`);
  else if (hint === "any") conditions.push(sql`r.hint_id IS NOT NULL`);
  else if (hint !== undefined)
    conditions.push(sql`EXISTS (SELECT 1 FROM hints h WHERE h.id = r.hint_id AND h.tier = ${hint})`);
  if (drop === "trained") conditions.push(sql`c.batch_id IS NOT NULL`);
  else if (drop === "any") conditions.push(sql`c.drop_reason IS NOT NULL`);
  else if (drop !== undefined) conditions.push(sql`c.drop_reason = ${drop}`);
  if (verifier !== undefined || status !== undefined) {
    const ofVerdict = [sql`v.rollout_id = r.id`];
    if (verifier !== undefined) ofVerdict.push(sql`v.verifier = ${verifier}`);
    if (status !== undefined) ofVerdict.push(sql`v.status = ${status}`);
    conditions.push(sql`EXISTS (SELECT 1 FROM verdicts v WHERE ${sql.join(ofVerdict, sql` AND `)})`);
  }
  // Last: only what all else lets through is read in full.
  // Not LIKE, for which a text ends with its first NUL.
  if (text !== undefined)
    conditions.push(
      sql`instr(lower((SELECT x.text FROM rollout_payloads x WHERE x.rollout_id = r.id)), lower(${text})) > 0`,
    );
  return conditions;
}
