import { integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { groups } from "./groups.ts";

/** A hint that a group's problem is tried with, written before it is sampled. `attempt` counts from 0 in its group. */
export const hints = sqliteTable(
  "hints",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    groupId: integer("group_id")
      .notNull()
      .references(() => groups.id),
    attempt: integer("attempt").notNull(),
    tier: text("tier", { enum: ["knowledge", "planning", "solution"] }).notNull(),
    /** How many parts of the tier are shown. */
    level: integer("level").notNull(),
    /** Those parts, as JSON. */
    parts: text("parts", { mode: "json" }).notNull(),
    /** Rollouts to sample with it. */
    samples: integer("samples").notNull(),
    /** Why it was not sampled, such as that it does not fit the context; null when it was, or is to be. */
    skipReason: text("skip_reason"),
  },
  (table) => [uniqueIndex("hints_natural").on(table.groupId, table.attempt)],
);
