import type BetterSqlite3 from "better-sqlite3";

/** Pragmas that only tell something. Any other may change the file or the connection, some of them while they compile. */
const READING_PRAGMAS: ReadonlySet<string> = new Set([
  "application_id",
  "collation_list",
  "compile_options",
  "data_version",
  "database_list",
  "encoding",
  "foreign_key_check",
  "foreign_key_list",
  "freelist_count",
  "function_list",
  "index_info",
  "index_list",
  "index_xinfo",
  "integrity_check",
  "module_list",
  "page_count",
  "page_size",
  "pragma_list",
  "quick_check",
  "schema_version",
  "table_info",
  "table_list",
  "table_xinfo",
  "user_version",
]);

/** Those of them that take an argument without setting anything by it. */
const WITH_ARGUMENT =
  /^(?:foreign_key_check|foreign_key_list|index_info|index_list|index_xinfo|integrity_check|quick_check|table_info|table_list|table_xinfo)$/;

const BEFORE_STATEMENT = /^(?:\s+|;|--[^\n]*(?:\n|$)|\/\*[^]*?(?:\*\/|$)|explain\b|query\b|plan\b)/i;

/**
 * Why a text is not one statement that only reads; undefined when it is. Nothing runs.
 * @param db a read-only connection. That alone is not enough: ATTACH and VACUUM INTO would write other files through it.
 * @throws what SQLite throws for a text that it cannot compile.
 */
export function requireReadingStatement(db: BetterSqlite3.Database, sql: string): string | undefined {
  const pragma = pragmaOf(sql);
  if (pragma !== undefined) {
    const { name, hasArgument } = pragma;
    if (!READING_PRAGMAS.has(name)) return `PRAGMA ${name} is refused: it can change the database`;
    if (hasArgument && !WITH_ARGUMENT.test(name)) return `PRAGMA ${name} is refused with a value: that would set it`;
  }
  let statement: BetterSqlite3.Statement;
  try {
    statement = db.prepare(sql);
  } catch (error) {
    // Better-sqlite3's own errors, for none or more than one statement, are RangeErrors.
    if (error instanceof RangeError) return `${error.message.replace(/\.$/, "")}: one at a time`;
    throw error;
  }
  if (!statement.readonly) return "the statement is refused: it writes";
  if (!statement.reader) return "the statement is refused: it gives no rows";
  return undefined;
}

/** The pragma that a text begins with, comments and EXPLAIN aside. */
function pragmaOf(sql: string): { readonly name: string; readonly hasArgument: boolean } | undefined {
  let rest = sql;
  for (let skipped = BEFORE_STATEMENT.exec(rest); skipped !== null; skipped = BEFORE_STATEMENT.exec(rest)) {
    rest = rest.slice(skipped[0].length);
  }
  if (!/^pragma\b/i.test(rest)) return undefined;
  // A name that is quoted, or has comments around it, is none of the list and so refused.
  const match = /^pragma\s+(?:\w+\s*\.\s*)?(?<name>\w+)\s*(?<argument>[=(]?)/i.exec(rest);
  return { name: match?.groups?.["name"]?.toLowerCase() ?? "?", hasArgument: match?.groups?.["argument"] !== "" };
}
