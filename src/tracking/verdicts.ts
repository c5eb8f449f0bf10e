import { and, asc, desc, eq, inArray, isNull, ne, notInArray, sql } from "drizzle-orm";
import { groups } from "../../db/schema/groups.ts";
import { problems } from "../../db/schema/problems.ts";
import { outcomes, rollouts, verdicts } from "../../db/schema/rollouts.ts";
import { steps } from "../../db/schema/runs.ts";
import { errorText } from "../core/texts/error-text.ts";
import type { Connection } from "./database.ts";
import { prepared } from "./prepared.ts";
import { setGroupState, type GroupState } from "./steps.ts";
import { transact } from "./transaction.ts";

const insertVerdict = prepared((db) =>
  db
    .insert(verdicts)
    .values({
      rolloutId: sql.placeholder("rolloutId"),
      verifier: sql.placeholder("verifier"),
      version: sql.placeholder("version"),
      status: sql.placeholder("status"),
      // Past the columns' own encoders, which would make something of a null.
      passed: sql`${sql.placeholder("passed")}`,
      score: sql.placeholder("score"),
      extracted: sql.placeholder("extracted"),
      details: sql`${sql.placeholder("details")}`,
      error: sql.placeholder("error"),
      runMs: sql.placeholder("runMs"),
      queueMs: sql.placeholder("queueMs"),
      attempts: sql.placeholder("attempts"),
      kept: sql`${sql.placeholder("kept")}`,
      key: sql.placeholder("key"),
    })
    .prepare(),
);

const insertOutcome = prepared((db) =>
  db
    .insert(outcomes)
    .values({
      rolloutId: sql.placeholder("rolloutId"),
      reward: sql.placeholder("reward"),
      passed: sql`${sql.placeholder("passed")}`,
      extracted: sql.placeholder("extracted"),
    })
    .prepare(),
);

/** What a verifier said: a verdict as src/verifiers/verdict.ts has it. */
type StoredVerdict = {
  readonly runMs: number;
  readonly queueMs: number;
  readonly attempts: number;
} & (
  | {
      readonly status: "ok";
      readonly passed: boolean;
      readonly score: number;
      readonly extracted: string | null;
      readonly details: unknown;
    }
  | { readonly status: "error" | "timeout" | "skipped"; readonly error: string }
);

/** What was said of a rollout, and what it comes to. */
export interface JudgedRollout {
  readonly rolloutId: number;
  readonly verdicts: readonly {
    readonly verifier: string;
    readonly version: string;
    readonly verdict: StoredVerdict;
    /** Hex; see `verdicts.key` in db/schema/rollouts.ts. */
    readonly key: string | null;
    readonly isKept: boolean;
  }[];
  readonly outcome: {
    readonly reward: number | null;
    readonly passed: boolean | null;
    readonly extracted: string | null;
  };
}

const countJudged = prepared((db) =>
  db
    .update(groups)
    .set({
      judged: sql`(SELECT count(${outcomes.passed}) FROM ${rollouts} JOIN ${outcomes} ON ${outcomes.rolloutId} = ${rollouts.id}
                   WHERE ${rollouts.groupId} = ${sql.placeholder("groupId")} AND ${rollouts.hintId} IS NULL)`,
      passed: sql`(SELECT total(${outcomes.passed}) FROM ${rollouts} JOIN ${outcomes} ON ${outcomes.rolloutId} = ${rollouts.id}
                   WHERE ${rollouts.groupId} = ${sql.placeholder("groupId")} AND ${rollouts.hintId} IS NULL)`,
    })
    .where(eq(groups.id, sql.placeholder("groupId")))
    .prepare(),
);

/** Writes the verdicts of rollouts of a group with the group's counts of them, and moves it to a state; all or nothing. */
export function storeVerdicts(
  db: Connection,
  groupId: number,
  rows: readonly JudgedRollout[],
  state: GroupState,
): void {
  transact(db, () => {
    for (const { rolloutId, verdicts: given, outcome } of rows) {
      for (const { verifier, version, verdict, key, isKept } of given)
        insertVerdict(db).run({
          ...columnsOf(verdict),
          rolloutId,
          verifier,
          version,
          kept: Number(isKept),
          key: key === null ? null : Buffer.from(key, "hex"),
        });
      const { reward, passed, extracted } = outcome;
      insertOutcome(db).run({ rolloutId, reward, passed: passed === null ? null : Number(passed), extracted });
    }
    countJudged(db).run({ groupId });
    setGroupState(db, groupId, state);
  });
}

function columnsOf(verdict: StoredVerdict) {
  const { status, runMs, queueMs, attempts } = verdict;
  const common = { status, runMs, queueMs, attempts };
  if (verdict.status !== "ok")
    return { ...common, passed: null, score: null, extracted: null, details: null, error: errorText(verdict.error) };
  const { passed, score, extracted, details } = verdict;
  const json = details === null ? null : JSON.stringify(details);
  return { ...common, passed: Number(passed), score, extracted, details: json, error: null };
}

const selectKept = prepared((db) =>
  db
    .select()
    .from(verdicts)
    .where(
      and(
        sql`${verdicts.key} IN (SELECT unhex(value) FROM json_each(${sql.placeholder("keys")}))`,
        eq(verdicts.status, sql`'ok'`),
        sql`NOT ${verdicts.kept}`,
      ),
    )
    .prepare(),
);

/** The verdicts, of whatever run, that are stored under keys: what was judged once is not judged again. */
export function keptVerdicts(
  db: Connection,
  keys: readonly string[],
): Map<string, StoredVerdict & { readonly status: "ok" }> {
  const rows = selectKept(db).all({ keys: JSON.stringify(keys) });
  return new Map(
    rows.flatMap(({ key, passed, score, extracted, details, runMs, attempts }) => {
      if (key === null || passed === null || score === null) return [];
      const verdict = { status: "ok" as const, passed, score, extracted, details, runMs, queueMs: 0, attempts };
      return [[key.toString("hex"), verdict] as const];
    }),
  );
}

/** The verdicts of a step that a verifier did not come to: how many, and what went wrong with the first of them. */
export function missingVerdicts(
  db: Connection,
  stepId: number,
): { readonly verdicts: number; readonly verifier: string; readonly error: string } | null {
  const [first] = db
    .select({ verdicts: sql<number>`count(*) OVER ()`, verifier: verdicts.verifier, error: verdicts.error })
    .from(groups)
    .innerJoin(rollouts, eq(rollouts.groupId, groups.id))
    .innerJoin(verdicts, eq(verdicts.rolloutId, rollouts.id))
    .where(and(eq(groups.stepId, stepId), inArray(verdicts.status, ["error", "timeout"])))
    .orderBy(asc(rollouts.id))
    .limit(1)
    .all();
  return first === undefined ? null : { ...first, error: first.error ?? "" };
}

/**
 * The newest groups of a source of a run that were judged, newest first: how many of their own rollouts have all required
 * verdicts.
 * @param source null in a run whose recipe has no sources.
 */
export function newestJudgedGroups(
  db: Connection,
  runId: number,
  source: string | null,
  limit: number,
): { readonly id: number; readonly judged: number }[] {
  return db
    .select({ id: groups.id, judged: groups.judged })
    .from(steps)
    .innerJoin(groups, eq(groups.stepId, steps.id))
    .innerJoin(problems, eq(problems.id, groups.problemId))
    .where(
      and(
        eq(steps.runId, runId),
        source === null ? isNull(problems.source) : eq(problems.source, source),
        notInArray(groups.state, ["selected", "sampling", "verifying"]),
        isNull(groups.dropReason),
      ),
    )
    .orderBy(desc(steps.number), desc(groups.slot))
    .limit(limit)
    .all();
}

/** The first missing verdict of some groups: an error, or else one that says nothing. */
export function firstMissingVerdict(
  db: Connection,
  groupIds: readonly number[],
): { readonly verifier: string; readonly error: string } | undefined {
  const [first] = db
    .select({ verifier: verdicts.verifier, error: verdicts.error })
    .from(rollouts)
    .innerJoin(verdicts, eq(verdicts.rolloutId, rollouts.id))
    .where(
      and(
        sql`${rollouts.groupId} IN (SELECT value FROM json_each(${JSON.stringify(groupIds)}))`,
        ne(verdicts.status, "ok"),
      ),
    )
    .orderBy(asc(sql`${verdicts.status} = 'skipped'`), asc(rollouts.id))
    .limit(1)
    .all();
  return first && { ...first, error: first.error ?? "" };
}
