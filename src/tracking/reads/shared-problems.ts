import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";
import { listedBytes, listedText } from "./text-beginning.ts";

/** How often a run practised a problem, and how that went. */
export interface Practised {
  readonly visits: number;
  /** Share of the policy's own rollouts that passed; null while none is judged. */
  readonly passRate: number | null;
}

/** A problem that several runs have practised. */
export interface SharedProblem {
  /** In the set of the first run. */
  readonly problemId: number;
  readonly key: string;
  readonly arm: string;
  /** Its beginning. */
  readonly problem: string;
  /** By run, in the order of the runs. */
  readonly runs: readonly Practised[];
}

/** An arm that several runs have practised. */
export interface SharedArm {
  readonly arm: string;
  /** By run, in the order of the runs. */
  readonly runs: readonly Practised[];
}

/** The arms that all of some runs have practised, in the order of the first run's problems. */
export function sharedArms(db: Connection, runIds: readonly number[]): SharedArm[] {
  const [own = new Map<string, Practised>(), ...others] = runIds.map((run) => practisedArms(db, run));
  return [...own].flatMap(([arm, mine]) => {
    const runs = [mine, ...others.map((their) => their.get(arm))].filter((run) => run !== undefined);
    return runs.length === runIds.length ? [{ arm, runs }] : [];
  });
}

function practisedArms(db: Connection, runId: number): Map<string, Practised> {
  const rows = db.all<Practised & { readonly arm: string }>(sql`
    SELECT g.arm, count(*) AS visits, total(g.passed) / nullif(sum(g.judged), 0) AS passRate
    FROM steps s CROSS JOIN groups g ON g.step_id = s.id
    WHERE s.run_id = ${runId}
    GROUP BY g.arm ORDER BY min(g.problem_id)`);
  return new Map(rows.map(({ arm, visits, passRate }) => [arm, { visits, passRate }]));
}

/**
 * A page of the problems that all of some runs have practised: those first whose pass rates differ the most. Problems of two sets
 * are the same where text and answer are; of several, the one of the same source.
 */
export function sharedProblems(
  db: Connection,
  runIds: readonly number[],
  { offset, limit }: { readonly offset: number; readonly limit: number },
): { readonly problems: number; readonly rows: readonly SharedProblem[] } {
  const [first = 0, ...others] = runIds;
  const own = practised(db, first);
  const otherwise = others.map((run) => {
    const theirs = practised(db, run);
    const idOf = sameProblems(db, first, run);
    return (id: number): Practised | undefined => theirs.get(idOf(id));
  });
  const shared: { readonly id: number; readonly runs: readonly Practised[]; readonly spread: number }[] = [];
  for (const [id, mine] of own) {
    const runs = [mine, ...otherwise.map((find) => find(id))].filter((run) => run !== undefined);
    if (runs.length === runIds.length) shared.push({ id, runs, spread: spreadOf(runs) });
  }
  shared.sort((one, other) => other.spread - one.spread || one.id - other.id);
  const page = shared.slice(offset, offset + limit);
  const heads = problemHeads(
    db,
    page.map(({ id }) => id),
  );
  return {
    problems: shared.length,
    rows: page.flatMap(({ id, runs }) => {
      const head = heads.get(id);
      return head === undefined ? [] : [{ problemId: id, ...head, runs }];
    }),
  };
}

function spreadOf(runs: readonly Practised[]): number {
  const rates = runs.flatMap(({ passRate }) => passRate ?? []);
  return rates.length === 0 ? -1 : Math.max(...rates) - Math.min(...rates);
}

/** The problems that a run has practised, by id. */
function practised(db: Connection, runId: number): Map<number, Practised> {
  const rows = db.all<Practised & { readonly id: number }>(sql`
    SELECT g.problem_id AS id, count(*) AS visits, total(g.passed) / nullif(sum(g.judged), 0) AS passRate
    FROM problems p
    CROSS JOIN groups g ON g.problem_id = p.id
    CROSS JOIN steps s ON s.id = g.step_id AND s.run_id = ${runId}
    WHERE p.set_id = (SELECT practice_set_id FROM runs WHERE id = ${runId})
    GROUP BY p.id`);
  return new Map(rows.map(({ id, visits, passRate }) => [id, { visits, passRate }]));
}

/** Gives the id in another run's set of a problem of the first run's. */
function sameProblems(db: Connection, first: number, other: number): (id: number) => number {
  const setOf = (run: number): number | undefined =>
    db.get<{ readonly id: number } | undefined>(sql`SELECT practice_set_id AS id FROM runs WHERE id = ${run}`)?.id;
  const [ownSet, otherSet] = [setOf(first), setOf(other)];
  if (ownSet === otherSet) return (id) => id;
  const rows = db.all<{ readonly own: number; readonly same: number }>(sql`
    SELECT p.id AS own, coalesce(min(CASE WHEN q.source IS p.source THEN q.id END), min(q.id)) AS same
    FROM problems p CROSS JOIN problems q ON q.problem = p.problem AND q.answer = p.answer AND q.set_id = ${otherSet}
    WHERE p.set_id = ${ownSet}
    GROUP BY p.id`);
  const known = new Map(rows.map(({ own, same }) => [own, same]));
  return (id) => known.get(id) ?? Number.NaN;
}

function problemHeads(
  db: Connection,
  ids: readonly number[],
): Map<number, Pick<SharedProblem, "key" | "arm" | "problem">> {
  const rows = db.all<{
    readonly id: number;
    readonly key: string;
    readonly arm: string;
    readonly problem: Buffer | null;
  }>(sql`
    SELECT p.id, p.key, p.arm, ${listedBytes(sql`p.problem`)} AS problem
    FROM json_each(${JSON.stringify(ids)}) j CROSS JOIN problems p ON p.id = j.value`);
  return new Map(rows.map(({ id, key, arm, problem }) => [id, { key, arm, problem: listedText(problem) }]));
}

/** The newest visit of a run to a problem. */
export interface NewestVisit {
  readonly groupId: number;
  readonly step: number;
  readonly policyVersion: number;
  /** Ids of its rollouts, hinted ones included, in their order. */
  readonly rollouts: readonly number[];
}

/**
 * The newest visit of a run with sampled rollouts to a problem, in whichever set that stands, or to any problem of an arm;
 * undefined without one.
 */
export function newestVisit(
  db: Connection,
  runId: number,
  to: { readonly problem: number } | { readonly arm: string },
  most: number,
): NewestVisit | undefined {
  const visits =
    "problem" in to
      ? sql`
    FROM problems p CROSS JOIN problems q ON q.problem = p.problem AND q.answer = p.answer
    CROSS JOIN groups g ON g.problem_id = q.id
    CROSS JOIN steps s ON s.id = g.step_id AND s.run_id = ${runId}
    WHERE p.id = ${to.problem} AND EXISTS (SELECT 1 FROM rollouts r WHERE r.group_id = g.id)
    ORDER BY q.source IS p.source DESC, s.number DESC, g.slot DESC`
      : sql`
    FROM steps s CROSS JOIN groups g ON g.step_id = s.id AND g.arm = ${to.arm}
    WHERE s.run_id = ${runId} AND EXISTS (SELECT 1 FROM rollouts r WHERE r.group_id = g.id)
    ORDER BY s.number DESC, g.slot DESC`;
  const group = db.get<Omit<NewestVisit, "rollouts"> | undefined>(sql`
    SELECT g.id AS groupId, s.number AS step, s.policy_version AS policyVersion ${visits} LIMIT 1`);
  if (group === undefined) return undefined;
  const rollouts = db
    .all<{ readonly id: number }>(
      sql`SELECT id FROM rollouts WHERE group_id = ${group.groupId} ORDER BY number LIMIT ${most}`,
    )
    .map(({ id }) => id);
  return { ...group, rollouts };
}
