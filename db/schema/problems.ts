import { blob, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** A problem set as it was read: identified by the hash of its file's bytes, shared by all runs that use it. */
export const problemSets = sqliteTable("problem_sets", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  sha256: text("sha256").notNull().unique(),
  path: text("path").notNull(),
});

/** One problem. `position` is its place in its set, from 0. */
export const problems = sqliteTable(
  "problems",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    setId: integer("set_id")
      .notNull()
      .references(() => problemSets.id),
    position: integer("position").notNull(),
    /** The name its line gives it (`id`), or else a hash of its text: what people look it up by. */
    key: text("key").notNull(),
    arm: text("arm").notNull(),
    /** Which source of the recipe it is of (`problems.sources`); null in sets of recipes without sources. */
    source: text("source"),
    problem: text("problem").notNull(),
    answer: text("answer").notNull(),
    /** Parts of hints by tier, as JSON; null when the problem has none. */
    hints: text("hints", { mode: "json" }),
    /** All other fields of the problem's line, as JSON. */
    extra: text("extra", { mode: "json" }).notNull(),
  },
  (table) => [
    uniqueIndex("problems_natural").on(table.setId, table.position),
    index("problems_by_arm").on(table.setId, table.arm, table.position),
    index("problems_by_key").on(table.key),
    index("problems_by_text").on(table.problem),
  ],
);

/** A rendered prompt, stored once however many rollouts were sampled under it. `token_ids` are little-endian int32. */
export const prompts = sqliteTable("prompts", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  /** sha256 of the token ids and the text. */
  sha256: text("sha256").notNull().unique(),
  text: text("text").notNull(),
  /** The messages that it was rendered from, as JSON; null in prompts of older versions, whose text is one user message. */
  messages: text("messages", { mode: "json" }),
  tokenIds: blob("token_ids", { mode: "buffer" }).notNull(),
});
