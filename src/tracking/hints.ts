import { and, asc, eq, isNull, lte, ne, sql } from "drizzle-orm";
import { groups } from "../../db/schema/groups.ts";
import { hints } from "../../db/schema/hints.ts";
import { outcomes, rollouts } from "../../db/schema/rollouts.ts";
import { steps } from "../../db/schema/runs.ts";
import type { Connection } from "./database.ts";
import { inStretches, type RunStretch } from "./lineage.ts";
import { prepared } from "./prepared.ts";
import type { StepRow } from "./steps.ts";
import { transact } from "./transaction.ts";

/** A row of `hints`. */
export type HintRow = Omit<typeof hints.$inferSelect, "parts"> & { readonly parts: readonly string[] };

/** Writes a hint that is to be tried, or that is skipped, before anything is sampled with it. */
export function storeHint(db: Connection, hint: Omit<HintRow, "id">): HintRow {
  return { ...hint, ...db.insert(hints).values(hint).returning({ id: hints.id }).get() };
}

/** Notes that a hint is skipped after all, because nothing can be sampled with it. */
export function skipHint(db: Connection, hintId: number, skipReason: string): void {
  db.update(hints).set({ skipReason }).where(eq(hints.id, hintId)).run();
}

const selectHints = prepared((db) =>
  db
    .select()
    .from(hints)
    .where(eq(hints.groupId, sql.placeholder("groupId")))
    .orderBy(asc(hints.attempt))
    .prepare(),
);

/** The hints tried with a group so far, in order. */
export function hintsOfGroup(db: Connection, groupId: number): HintRow[] {
  return selectHints(db)
    .all({ groupId })
    .map((row) => ({ ...row, parts: row.parts as string[] }));
}

/** A rollout of a group as far as a scaffold cares. */
export interface GroupVerdict {
  readonly rolloutId: number;
  readonly number: number;
  /** The hint it was sampled with; null for the policy's own. */
  readonly hintId: number | null;
  /** Whether it passed all that it has to; null when a verdict is missing. */
  readonly passed: boolean | null;
}

const selectVerdicts = prepared((db) =>
  db
    .select({
      rolloutId: rollouts.id,
      number: rollouts.number,
      hintId: rollouts.hintId,
      passed: outcomes.passed,
    })
    .from(rollouts)
    .leftJoin(outcomes, eq(outcomes.rolloutId, rollouts.id))
    .where(eq(rollouts.groupId, sql.placeholder("groupId")))
    .orderBy(asc(rollouts.number))
    .prepare(),
);

/** The rollouts of a group with what was said of them, by number. */
export function verdictsOfGroup(db: Connection, groupId: number): GroupVerdict[] {
  return selectVerdicts(db).all({ groupId });
}

/**
 * Pass rates without hints at earlier visits to a problem under other policy versions, as far as they were known when the
 * step was chosen, oldest first.
 * @param history the steps that are looked at: the run's, and those of the runs that it was forked from.
 */
export function earlierPassRates(
  db: Connection,
  history: readonly RunStretch[],
  step: StepRow,
  problemId: number,
): (number | null)[] {
  return db
    .select({ rate: sql<number | null>`avg(${outcomes.passed})` })
    .from(groups)
    .innerJoin(steps, eq(steps.id, groups.stepId))
    .innerJoin(rollouts, and(eq(rollouts.groupId, groups.id), isNull(rollouts.hintId)))
    .leftJoin(outcomes, eq(outcomes.rolloutId, rollouts.id))
    .where(
      and(
        eq(groups.problemId, problemId),
        inStretches(history, steps.runId, steps.number),
        lte(steps.number, step.chosenAfter),
        ne(steps.policyVersion, step.policyVersion),
      ),
    )
    .groupBy(groups.id)
    .orderBy(asc(steps.number), asc(groups.slot))
    .all()
    .map((row) => row.rate);
}

/** How many groups of a step the scaffold left as they were, by reason, and how many it hinted. */
export function scaffoldOutcomes(db: Connection, stepId: number): Record<string, number> {
  const rows = db
    .select({ outcome: groups.scaffold, count: sql<number>`count(*)` })
    .from(groups)
    .where(eq(groups.stepId, stepId))
    .groupBy(groups.scaffold)
    .orderBy(groups.scaffold)
    .all();
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome ?? "none", count]));
}

const updateGroup = prepared((db) =>
  db
    .update(groups)
    .set({ state: sql`${sql.placeholder("state")}`, scaffold: sql`${sql.placeholder("outcome")}` })
    .where(eq(groups.id, sql.placeholder("groupId")))
    .prepare(),
);

/**
 * Ends the scaffolding of a group: what came of it, its next state, and which hinted rollouts stand in for which; all or
 * nothing.
 */
export function finishScaffolding(
  db: Connection,
  groupId: number,
  end: { readonly state: "teaching" | "collected"; readonly outcome: string },
  standIns: readonly {
    readonly rolloutId: number;
    readonly replaces: number;
    readonly trainedUnder: "hinted" | "unhinted";
  }[],
): void {
  transact(db, (tx) => {
    for (const { rolloutId, ...standIn } of standIns)
      tx.update(rollouts).set(standIn).where(eq(rollouts.id, rolloutId)).run();
    updateGroup(db).run({ groupId, ...end });
  });
}
