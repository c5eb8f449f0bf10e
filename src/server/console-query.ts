import { RlvrError } from "../core/errors.ts";
import { blobText } from "../core/texts/blob-text.ts";
import type { SqlValue } from "../tracking/read-only-protocol.ts";
import { withReadOnlyQuery } from "../tracking/read-only-query.ts";
import type { SqlAnswer } from "./answers.ts";

/** Time that a query may take unless told otherwise, in milliseconds. */
const TIMEOUT_MS = 15_000;
/** Rows, characters of a cell and characters in all that are answered at the most. */
const MOST_ROWS = 1000;
const MOST_OF_CELL = 100_000;
const MOST_CHARACTERS = 4_000_000;
/** Queries at once: each is a process of its own. */
const MOST_AT_ONCE = 3;

/** Runs people's SQL, as `rlvr sql` does: see src/tracking/read-only-query.ts. */
export type RunConsoleQuery = (sql: string, signal: AbortSignal) => Promise<SqlAnswer>;

/** The SQL console of a database. What it runs throws like {@link withReadOnlyQuery}, and `query_failed` while it is busy. */
export function createConsole(databasePath: string, timeoutMs = TIMEOUT_MS): RunConsoleQuery {
  let running = 0;
  return async (sql, signal) => {
    if (running >= MOST_AT_ONCE) throw busy();
    running++;
    const start = performance.now();
    try {
      const request = { databasePath, sql, timeoutMs, mostOfCell: MOST_OF_CELL, isBackground: true, signal };
      return await withReadOnlyQuery(request, async ({ columns, packets }) => {
        const rows: (string | number | null)[][] = [];
        let characters = 0;
        let isCut = false;
        for await (const packet of packets) {
          for (const row of packet) {
            isCut = rows.length === MOST_ROWS || characters > MOST_CHARACTERS;
            if (isCut) break;
            const cells = row.map(toCell);
            for (const cell of cells) characters += typeof cell === "string" ? cell.length : 8;
            rows.push(cells);
          }
          if (isCut) break;
        }
        return { columns, rows, isCut, milliseconds: Math.round(performance.now() - start) };
      });
    } finally {
      running--;
    }
  };
}

/** Whole numbers that JavaScript cannot hold, numbers that JSON cannot, and blobs are text. */
function toCell(value: SqlValue): string | number | null {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return value instanceof Uint8Array ? blobText(value) : value;
}

function busy(): RlvrError {
  return new RlvrError("query_failed", `${MOST_AT_ONCE} queries are running already`, {
    advice: "Wait for one of them to end, then try again.",
    retryable: true,
  });
}
