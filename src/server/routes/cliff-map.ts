import { Hono } from "hono";
import { z } from "zod";
import { practisedProblems, problemVisits } from "../../tracking/reads/cliff-map.ts";
import type { CliffMapAnswer } from "../answers.ts";
import type { DashboardParts } from "../parts.ts";
import { checked, countUpTo, runParameter, wholeNumber } from "../requests.ts";

/** The newest visits of a problem that are shown. */
const MOST_VISITS = 200;

const query = z.object({
  arm: z.string().optional(),
  order: z.enum(["hardest", "visits", "position"]).default("hardest"),
  offset: wholeNumber.default(0),
  limit: countUpTo(200, 60),
});

/** Problems x visits: where the policy stood before a cliff, what helped, and when it needed help no more. */
export function cliffMapRoutes({ db }: DashboardParts) {
  return new Hono().get("/runs/:run/cliff-map", checked("param", runParameter), checked("query", query), (context) => {
    const { run } = context.req.valid("param");
    const { problems, rows } = practisedProblems(db, run, { arm: undefined, ...context.req.valid("query") });
    const ids = rows.map(({ problemId }) => problemId);
    const visits = Map.groupBy(problemVisits(db, run, ids, MOST_VISITS), ({ problemId }) => problemId);
    return context.json<CliffMapAnswer>({
      problems,
      rows: rows.map((row) => ({
        ...row,
        visits: (visits.get(row.problemId) ?? []).map(({ step, groupId, passRate, hint }) => {
          return { step, groupId, passRate, hint };
        }),
      })),
    });
  });
}
