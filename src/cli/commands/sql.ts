import { Command } from "commander";
import { blobText } from "../../core/blob-text.ts";
import type { SqlValue } from "../../tracking/read-only-protocol.ts";
import { withReadOnlyQuery, type ReadOnlyQuery } from "../../tracking/read-only-query.ts";
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
}

/** `rlvr sql "SELECT ..."`: reads from the run database, as a table or as JSON. */
export function sqlCommand(): Command {
  return new Command("sql")
    .description("read-only SQL on the database of runs")
    .argument("<statement>", "one statement that reads; rollout_tokens(ROLLOUT_ID) is a table of a rollout's tokens")
    .addOption(databaseOption())
    .addOption(jsonOption())
    .option("--timeout <seconds>", "most time that the query may take", wholeNumber(1), 30)
    .option("--limit <rows>", `most rows to print (default: ${TABLE_ROWS} in a table, all with --json)`, wholeNumber(0))
    .action(async (sql: string, { db, json, timeout, limit }: SqlOptions) => {
      const request = { databasePath: userPath(db), sql, timeoutMs: timeout * 1000 };
      await withReadOnlyQuery(request, (query) =>
        json ? printJson(query, limit ?? Infinity) : printTable(query, limit ?? TABLE_ROWS),
      );
    });
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
