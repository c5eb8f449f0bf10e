import { and, asc, eq } from "drizzle-orm";
import { runTags } from "../../db/schema/runs.ts";
import type { Connection } from "./database.ts";

/** Tags of a run, by name. */
export function tagsOfRun(db: Connection, runId: number): string[] {
  const rows = db
    .select({ tag: runTags.tag })
    .from(runTags)
    .where(eq(runTags.runId, runId))
    .orderBy(asc(runTags.tag))
    .all();
  return rows.map(({ tag }) => tag);
}

/** Files a run under tags; one that it has already stays as it is. */
export function addTags(db: Connection, runId: number, tags: readonly string[]): void {
  for (const tag of tags) db.insert(runTags).values({ runId, tag }).onConflictDoNothing().run();
}

/** Takes tags off a run; one that it has not is nothing. */
export function removeTags(db: Connection, runId: number, tags: readonly string[]): void {
  for (const tag of tags)
    db.delete(runTags)
      .where(and(eq(runTags.runId, runId), eq(runTags.tag, tag)))
      .run();
}
