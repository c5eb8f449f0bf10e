import { Hono } from "hono";
import { completionTokens, promptTokens } from "../../tracking/reads/completion-tokens.ts";
import { groupHead, triedHints } from "../../tracking/reads/group-head.ts";
import { rolloutDetail, rolloutDetailsOfGroup } from "../../tracking/reads/rollout-details.ts";
import { findRun } from "../../tracking/runs.ts";
import type { GroupDetail, PromptAnswer, RolloutDetail, TokensAnswer } from "../answers.ts";
import { noSuch } from "../faults.ts";
import type { DashboardParts } from "../parts.ts";
import { checked, idParameter } from "../requests.ts";
import { tokenDetails, tokenTexts } from "../token-details.ts";

/** One rollout, its group, its tokens. */
export function rolloutRoutes(parts: DashboardParts) {
  const { db } = parts;
  return new Hono()
    .get("/rollouts/:id", checked("param", idParameter), (context) => {
      const { id } = context.req.valid("param");
      const detail = rolloutDetail(db, id);
      if (detail === undefined) throw noSuch("rollout", id);
      return context.json<RolloutDetail>(detail);
    })
    .get("/rollouts/:id/tokens", checked("param", idParameter), async (context) => {
      const { id } = context.req.valid("param");
      const completion = completionTokens(db, id);
      if (completion === undefined) throw noSuch("rollout", id);
      return context.json<TokensAnswer>(await tokenDetails(parts, findRun(db, completion.runId), completion));
    })
    .get("/rollouts/:id/prompt", checked("param", idParameter), async (context) => {
      const { id } = context.req.valid("param");
      const prompt = promptTokens(db, id);
      if (prompt === undefined) throw noSuch("rollout", id);
      return context.json<PromptAnswer>(await tokenTexts(parts, findRun(db, prompt.runId), prompt.tokenIds));
    })
    .get("/groups/:id", checked("param", idParameter), (context) => {
      const { id } = context.req.valid("param");
      const head = groupHead(db, id);
      if (head === undefined) throw noSuch("group", id);
      return context.json<GroupDetail>({
        ...head,
        hints: triedHints(db, id),
        rollouts: rolloutDetailsOfGroup(db, id),
      });
    });
}
