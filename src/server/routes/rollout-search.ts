import { setImmediate as breathe } from "node:timers/promises";
import { Hono } from "hono";
import { z } from "zod";
import { RlvrError } from "../../core/errors.ts";
import { rolloutLines } from "../../tracking/reads/rollout-rows.ts";
import type { SearchPlace } from "../../tracking/reads/rollout-search.ts";
import type { RolloutsAnswer } from "../answers.ts";
import type { DashboardParts } from "../parts.ts";
import { checked, countUpTo, runParameter, wholeNumber } from "../requests.ts";
import { searchRollouts } from "../search-rollouts.ts";

const query = z.object({
  arm: z.string().optional(),
  step_from: wholeNumber.optional(),
  step_to: wholeNumber.optional(),
  passed: z.enum(["true", "false", "none"]).optional(),
  verifier: z.string().optional(),
  status: z.enum(["ok", "error", "timeout", "skipped"]).optional(),
  hint: z.string().optional(),
  drop: z.string().optional(),
  problem: z.string().optional(),
  text: z.string().max(1000).optional(),
  cursor: z.string().optional(),
  limit: countUpTo(200, 50),
});

/** The rollouts of a run that fit what is asked, newest first. */
export function rolloutSearchRoutes({ db }: DashboardParts) {
  return new Hono().get(
    "/runs/:run/rollouts",
    checked("param", runParameter),
    checked("query", query),
    async (context) => {
      const { run } = context.req.valid("param");
      const { cursor, limit, step_from: stepFrom, step_to: stepTo, ...filters } = context.req.valid("query");
      const search = { filters: { ...filters, stepFrom, stepTo }, from: placeOf(cursor), limit };
      const { found, next, scanned, atStep } = await searchRollouts(db, run, search, () => breathe());
      const ids = found.map(({ id }) => id);
      const rows = rolloutLines(db, ids);
      return context.json<RolloutsAnswer>({
        rows,
        cursor: next === undefined ? null : cursorOf(next),
        scanned,
        atStep,
      });
    },
  );
}

function cursorOf({ step, slot, number }: SearchPlace): string {
  return `${step}.${slot}.${number}`;
}

function placeOf(cursor: string | undefined): SearchPlace | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(cursor);
  if (match === null) {
    throw new RlvrError("bad_usage", "the cursor is none of this API", { advice: "Begin again without a cursor." });
  }
  const [step, slot, number] = match.slice(1).map(Number);
  return { step: step ?? 0, slot: slot ?? 0, number: number ?? 0 };
}
