import { Command, Option } from "commander";
import { blobText } from "../../core/texts/blob-text.ts";
import { entryNamed } from "../../core/entry-named.ts";
import { RlvrError } from "../../core/errors.ts";
import type { SqlValue } from "../../tracking/read-only-protocol.ts";
import { withReadOnlyQuery, type ReadOnlyQuery } from "../../tracking/read-only-query.ts";
import { readyQueries } from "../../tracking/ready-queries.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { writeOut } from "../output.ts";
import { oneLine } from "../printable.ts";
import { table } from "../table.ts";
import { userPath } from "../user-path.ts";

const TABLE_ROWS = 1000;
const CELL_LENGTH = 80;

interface SqlOptions {
  readonly db: string;
  readonly json: boolean;
  readonly timeout: number;
  readonly limit?: number;
  readonly query?: string;
  readonly list?: boolean;
}

/** `rlvr sql "SELECT ..."`: reads from the run database, as a table or as JSON. */
export function sqlCommand(): Command {
  return new Command("sql")
    .description("read-only SQL on the database of runs")
    .argument("[statement]", "one statement that reads; rollout_tokens(ROLLOUT_ID) is a table of a rollout's tokens")
    .addOption(new Option("--query <name>", "a ready query in place of a statement: asks of the newest run"))
    .addOption(new Option("--list", "the ready queries, and what they answer").conflicts("query"))
    .addOption(databaseOption())
    .addOption(jsonOption())
    .option("--timeout <seconds>", "most time that the query may take", wholeNumber(1), 30)
    .option("--limit <rows>", `most rows to print (default: ${TABLE_ROWS} in a table, all with --json)`, wholeNumber(0))
    .addHelpText(
      "after",
      `
Examples:
  rlvr sql "SELECT step, arm, pass_rate FROM v_arms WHERE run_id = 1 AND step = 5"
  rlvr sql --list                          questions that people ask of a run
  rlvr sql --query never-solved            the answer to one of them
  rlvr sql --list --json                   with their SQL, to change and ask of another run

docs/sql-cookbook.md shows each of them with its answer.`,
    )
    .action(async (statement: string | undefined, options: SqlOptions) => {
      const { db, json, timeout, limit } = options;
      if (options.list === true && statement === undefined) return await printList(json);
      const ready = options.query === undefined ? undefined : entryNamed("query", options.query, readyQueries());
      const sql = [statement, ready?.sql, options.list === true ? "" : undefined].filter((each) => each !== undefined);
      if (sql.length !== 1) throw notOne(sql.length);
      await withReadOnlyQuery({ databasePath: userPath(db), sql: sql.join(""), timeoutMs: timeout * 1000 }, (query) =>
        json ? printJson(query, limit ?? Infinity) : printTable(query, limit ?? TABLE_ROWS),
      );
      if (ready !== undefined && !json) await writeOut(`\n${ready.question}\n${ready.notes}\n`);
    });
}

function notOne(given: number): RlvrError {
  return new RlvrError("bad_usage", given === 0 ? "there is no statement" : "more than one statement was given", {
    advice: 'Give one: rlvr sql "SELECT ...", or rlvr sql --query NAME (rlvr sql --list names them).',
  });
}

async function printList(isJson: boolean): Promise<void> {
  const queries = readyQueries();
  if (isJson) return await writeOut(`${JSON.stringify(queries, null, 2)}\n`);
  const themes = Map.groupBy(queries, ({ theme }) => theme);
  const sections = [...themes].map(
    ([theme, members]) =>
      `${theme}\n${table(
        ["name", "question"],
        members.map(({ name, question }) => [name, question]),
      )}`,
  );
  await writeOut(`${sections.join("\n\n")}\n`);
}

async function printJson({ columns, packets }: ReadOnlyQuery, limit: number): Promise<void> {
  const keys = uniqueNames(columns).map((name) => JSON.stringify(name));
  let printed = 0;
  for await (const rows of packets) {
    const shown = rows.slice(0, limit - printed);
    const lines = shown.map((row) => `{${row.map((value, at) => `${keys[at]}:${toJson(value)}`).join(",")}}`);
    if (lines.length > 0) await writeOut((printed === 0 ? "[\n" : ",\n") + lines.join(",\n"));
    printed += shown.length;
    if (shown.length < rows.length) break;
  }
  await writeOut(printed === 0 ? "[]\n" : "\n]\n");
}

async function printTable({ columns, packets }: ReadOnlyQuery, limit: number): Promise<void> {
  const lines: string[][] = [];
  let isCut = false;
  for await (const rows of packets) {
    const shown = rows.slice(0, limit - lines.length);
    for (const row of shown) lines.push(row.map(toCell));
    isCut = shown.length < rows.length;
    if (isCut) break;
  }
  await writeOut(`${table(columns, lines)}\n`);
  if (isCut) process.stderr.write(`There are more rows: these are the first ${limit}. See --limit and --json.\n`);
}

/** Names that differ, as the keys of an object have to: a repeated one gets its number. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let number = 2; taken.has(unique); number++) unique = `${name}:${number}`;
    taken.add(unique);
    return unique;
  });
}

/** Whole numbers keep all their digits; an infinite number, which JSON lacks, becomes text. */
function toJson(value: SqlValue): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return JSON.stringify(blobText(value));
  return JSON.stringify(typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
}

function toCell(value: SqlValue): string {
  if (value === null) return "";
  const text = value instanceof Uint8Array ? blobText(value) : String(value);
  // Cut before it is kept, so that a thousand long texts do not fill the memory.
  const line = oneLine(text.slice(0, CELL_LENGTH + 1));
  return line.length > CELL_LENGTH ? `${line.slice(0, CELL_LENGTH - 1)}…` : line;
}
