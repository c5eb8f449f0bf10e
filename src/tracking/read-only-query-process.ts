import { constants, setPriority } from "node:os";
import BetterSqlite3 from "better-sqlite3";
import { blobText } from "../core/texts/blob-text.ts";
import { exitWithParent } from "../core/process/exit-with-parent.ts";
import { messageOf } from "../core/errors.ts";
import type { QueryMessage, QueryRequest, SqlValue } from "./read-only-protocol.ts";
import { requireReadingStatement } from "./reading-statement.ts";
import { registerRolloutTokens } from "./rollout-tokens.ts";

/** The child process of a read-only query: see read-only-query.ts. It is killed when the query is over. */

const MAX_PACKET_ROWS = 256;
const MAX_PACKET_SIZE = 1 << 20;
/** SQLite's own memory in this process; a query that wants more fails instead of taking the machine along. */
const MEMORY_BYTES = 1 << 30;

let packets: Iterator<QueryMessage> | undefined;

function send(message: QueryMessage): void {
  process.send?.(message);
}

function open(path: string): BetterSqlite3.Database {
  const db = new BetterSqlite3(path, { readonly: true, fileMustExist: true });
  db.pragma("busy_timeout = 5000");
  db.pragma(`hard_heap_limit = ${MEMORY_BYTES}`);
  db.pragma("query_only = ON");
  // Reads the file's header: a file that is no database shows here, not in the query.
  db.pragma("schema_version");
  return db;
}

function begin({ databasePath, sql, mostOfCell = Infinity, isBackground = false }: QueryRequest): QueryMessage {
  if (isBackground) setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  let db: BetterSqlite3.Database;
  try {
    db = open(databasePath);
  } catch (error) {
    return { kind: "fault", fault: "bad_database", message: `cannot read ${databasePath}: ${messageOf(error)}` };
  }
  registerRolloutTokens(db, () => open(databasePath));
  try {
    const refusal = requireReadingStatement(db, sql);
    if (refusal !== undefined) return { kind: "fault", fault: "refused", message: refusal };
    const statement = db.prepare(sql).raw(true).safeIntegers(true);
    packets = packetsOf(statement.iterate() as IterableIterator<SqlValue[]>, mostOfCell);
    return { kind: "columns", columns: statement.columns().map((column) => column.name) };
  } catch (error) {
    return { kind: "fault", fault: "bad_sql", message: messageOf(error) };
  }
}

function* packetsOf(rows: Iterable<SqlValue[]>, mostOfCell: number): Generator<QueryMessage> {
  let packet: SqlValue[][] = [];
  let size = 0;
  for (const whole of rows) {
    const row = mostOfCell === Infinity ? whole : cutRow(whole, mostOfCell);
    packet.push(row);
    for (const value of row) size += typeof value === "string" || value instanceof Uint8Array ? value.length : 8;
    if (packet.length < MAX_PACKET_ROWS && size < MAX_PACKET_SIZE) continue;
    yield { kind: "rows", rows: packet };
    [packet, size] = [[], 0];
  }
  if (packet.length > 0) yield { kind: "rows", rows: packet };
  yield { kind: "end" };
}

/** A row whose cells are cut where they are longer than asked for, or where the row is longer than ten such cells. */
function cutRow(row: readonly SqlValue[], mostOfCell: number): SqlValue[] {
  let left = 10 * mostOfCell;
  return row.map((value) => {
    const most = Math.min(mostOfCell, left);
    const isLong = (typeof value === "string" || value instanceof Uint8Array) && value.length > most;
    if (!isLong) {
      if (typeof value === "string" || value instanceof Uint8Array) left -= value.length;
      return value;
    }
    left -= most;
    return typeof value === "string" ? `${value.slice(0, most)}… (${value.length} characters in all)` : blobText(value);
  });
}

function next(): QueryMessage {
  try {
    return packets?.next().value ?? { kind: "end" };
  } catch (error) {
    return { kind: "fault", fault: "failed", message: messageOf(error) };
  }
}

exitWithParent();
process.on("message", (message: QueryRequest | "next") => send(message === "next" ? next() : begin(message)));
