import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RlvrError } from "../core/errors.ts";
import { packagePath } from "../core/package-files.ts";
import type { ReadyQuery } from "../core/ready-query.ts";

/** The ready queries of db/queries, in the order of their files' numbers. */
export function readyQueries(): ReadyQuery[] {
  const folder = packagePath("db/queries");
  const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  return files.sort().map((file) => parseQuery(file, readFileSync(join(folder, file), "utf8")));
}

/**
 * A query from its file: comment lines with the question, `Theme: ...` and how to read the answer, then one statement.
 * @param file its name, such as `21-why-trained.sql`.
 * @throws RlvrError `bad_usage` when it does not begin that way.
 */
export function parseQuery(file: string, sql: string): ReadyQuery {
  const lines = sql.split("\n");
  const start = lines.findIndex((line) => !line.startsWith("-- "));
  const [question = "", theme = "", ...notes] = lines.slice(0, start).map((line) => line.slice("-- ".length));
  if (!question.includes("?") || !theme.startsWith("Theme: ") || notes.length === 0) {
    throw new RlvrError("bad_usage", `db/queries/${file} does not say what it asks`, {
      advice: "Begin it with three comments: the question, `Theme: ...`, and how to read the answer.",
    });
  }
  return {
    name: file.replace(/^\d+-/, "").replace(/\.sql$/, ""),
    theme: theme.slice("Theme: ".length),
    question,
    notes: notes.join(" "),
    sql,
  };
}
