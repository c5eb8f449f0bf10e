import { Hono } from "hono";
import { story } from "../../report/story.ts";
import { storyFacts } from "../../tracking/story-facts.ts";
import type { StorySentence } from "../answers.ts";
import type { DashboardParts } from "../parts.ts";
import { checked, runParameter } from "../requests.ts";

/** What a run did, in three sentences. */
export function storyRoutes({ db }: DashboardParts) {
  return new Hono().get("/runs/:run/story", checked("param", runParameter), (context) =>
    context.json<StorySentence[]>(story(storyFacts(db, context.req.valid("param").run))),
  );
}
