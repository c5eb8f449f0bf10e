import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One answered call of a teacher model. The same request is never sent twice: its answer is read from here. */
export const teacherCalls = sqliteTable("teacher_calls", {
  /** sha256 of `request`. */
  sha256: text("sha256").primaryKey(),
  model: text("model").notNull(),
  /** The body that was sent, as JSON: model, messages, response format, sampling settings. Never the key. */
  request: text("request").notNull(),
  response: text("response").notNull(),
  /** Why the teacher ended its answer, such as `stop` or `length`. */
  finishReason: text("finish_reason").notNull(),
  /** Tokens as the server counted them; null where it did not tell. */
  promptTokens: integer("prompt_tokens"),
  completionTokens: integer("completion_tokens"),
  at: text("at").notNull(),
});
