import { sql } from "drizzle-orm";
import type { Connection } from "../database.ts";

/** A group without its rollouts. */
export interface GroupHead {
  readonly id: number;
  readonly runId: number;
  readonly step: number;
  readonly slot: number;
  readonly state: string;
  /** What the scaffold made of it; null before. */
  readonly scaffold: string | null;
  readonly arm: string;
  readonly propensity: number;
  readonly problemKey: string;
  readonly problem: string;
  readonly answer: string;
  /** What a program checks of the answer, by IFEval's fields of the problem; empty for a problem without them. */
  readonly instructions: readonly AskedOfAnswer[];
  /** The group before it in its run, by step and slot, and the one after it; null at an end. */
  readonly previous: number | null;
  readonly next: number | null;
}

/** An instruction of a problem: its id, such as `punctuation:no_comma`, and its arguments. */
export interface AskedOfAnswer {
  readonly id: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A group and its problem; undefined when there is none of that id. */
export function groupHead(db: Connection, groupId: number): GroupHead | undefined {
  const row = db.get<
    (Omit<GroupHead, "instructions"> & { readonly ids: string | null; readonly kwargs: string | null }) | undefined
  >(sql`
    SELECT g.id, s.run_id AS runId, s.number AS step, g.slot, g.state, g.scaffold, g.arm, g.propensity,
           p.key AS problemKey, p.problem, p.answer,
           p.extra -> 'instruction_id_list' AS ids, p.extra -> 'kwargs' AS kwargs,
           (SELECT o.id FROM steps t CROSS JOIN groups o ON o.step_id = t.id
            WHERE t.run_id = s.run_id AND t.number <= s.number AND (t.number < s.number OR o.slot < g.slot)
            ORDER BY t.number DESC, o.slot DESC LIMIT 1) AS previous,
           (SELECT o.id FROM steps t CROSS JOIN groups o ON o.step_id = t.id
            WHERE t.run_id = s.run_id AND t.number >= s.number AND (t.number > s.number OR o.slot > g.slot)
            ORDER BY t.number, o.slot LIMIT 1) AS next
    FROM groups g JOIN steps s ON s.id = g.step_id JOIN problems p ON p.id = g.problem_id
    WHERE g.id = ${groupId}`);
  if (row === undefined) return undefined;
  const { ids, kwargs, ...head } = row;
  return { ...head, instructions: instructionsIn(ids, kwargs) };
}

/** The lists of a problem side by side, as far as they are what they should be. */
function instructionsIn(ids: string | null, kwargs: string | null): AskedOfAnswer[] {
  const [names, given] = [ids, kwargs].map((json) => (json === null ? null : (JSON.parse(json) as unknown)));
  if (!Array.isArray(names)) return [];
  return names.map((id: unknown, at) => {
    const own: unknown = Array.isArray(given) ? given[at] : null;
    // Files of many tools name every argument of every instruction, null where it is not this one's.
    const named = Object.entries(typeof own === "object" && own !== null ? own : {});
    return { id: String(id), arguments: Object.fromEntries(named.filter(([, value]) => value !== null)) };
  });
}

/** A hint that was tried with a group, and what it led to. */
export interface TriedHint {
  readonly attempt: number;
  readonly tier: string;
  readonly level: number;
  readonly parts: unknown;
  /** Rollouts to sample with it. */
  readonly samples: number;
  /** How many of those passed; null while none is judged. */
  readonly passed: number | null;
  readonly skipReason: string | null;
}

/** The hints that were tried with a group, in order. */
export function triedHints(db: Connection, groupId: number): TriedHint[] {
  return db
    .all<TriedHint & { readonly parts: string }>(sql`
      SELECT h.attempt, h.tier, h.level, h.parts, h.samples, h.skip_reason AS skipReason,
             (SELECT sum(o.passed) FROM rollouts r JOIN outcomes o ON o.rollout_id = r.id WHERE r.hint_id = h.id) AS passed
      FROM hints h WHERE h.group_id = ${groupId} ORDER BY h.attempt`)
    .map((row) => ({ ...row, parts: JSON.parse(row.parts) as unknown }));
}
