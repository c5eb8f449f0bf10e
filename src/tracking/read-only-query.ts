import { fork, type ChildProcess } from "node:child_process";
import { childEnvironment } from "../core/secrets/child-environment.ts";
import { RlvrError } from "../core/errors.ts";
import { isPresent } from "../core/files/files.ts";
import { modulePath } from "../core/package-files.ts";
import type { QueryMessage, QueryRequest, SqlValue } from "./read-only-protocol.ts";

/** A query under way. */
export interface ReadOnlyQuery {
  readonly columns: readonly string[];
  /** Packets of rows, read as they are asked for. */
  readonly packets: AsyncIterable<readonly (readonly SqlValue[])[]>;
}

/**
 * Runs one reading statement in a child process, which is killed when the query takes too long: nothing else stops a
 * query that runs away. The process ends when `use` has come to its end.
 * @param request.signal kills it before its end; it then fails with `query_failed`.
 * @param request.timeoutMs most time that the query itself may take; the time that `use` takes with the rows does not count.
 * @throws RlvrError `missing_file` without a database, `bad_usage` for what is no single reading statement or is wrong
 * SQL, `bad_database` for a file that is no database, `query_failed` at the timeout or when the query fails half-way.
 */
export async function withReadOnlyQuery<T>(
  request: QueryRequest & { readonly timeoutMs: number; readonly signal?: AbortSignal },
  use: (query: ReadOnlyQuery) => Promise<T>,
): Promise<T> {
  const { timeoutMs, signal, ...query } = request;
  const { databasePath } = query;
  if (!isPresent(databasePath)) {
    throw new RlvrError("missing_file", `there is no database at ${databasePath}`, {
      advice: "Start a run first (rlvr run), or name the database with --db FILE.",
    });
  }
  const child = fork(modulePath("src/tracking/read-only-query-process"), {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
    env: childEnvironment("node"),
  });
  // Rejected once, when the process is gone, whatever ended it: also by us, at the end.
  const { promise: death, reject } = Promise.withResolvers<never>();
  const gone = death.catch(() => undefined);
  child.once("exit", (code, killedBy) => reject(died(code, killedBy)));
  child.once("error", (cause) => reject(broken(cause)));
  const kill = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", kill);
  try {
    if (signal?.aborted === true) kill();
    const ask = asker(child, death, timeoutMs);
    const first = await ask(query);
    if (first.kind !== "columns") throw unexpected(first);
    return await use({ columns: first.columns, packets: packetsOf(ask) });
  } finally {
    signal?.removeEventListener("abort", kill);
    child.kill("SIGKILL");
    await gone;
  }
}

type Ask = (message: QueryRequest | "next") => Promise<QueryMessage>;

async function* packetsOf(ask: Ask): AsyncGenerator<readonly (readonly SqlValue[])[]> {
  for (;;) {
    const message = await ask("next");
    if (message.kind === "end") return;
    if (message.kind !== "rows") throw unexpected(message);
    yield message.rows;
  }
}

/** A function that sends a message to the child and gives its one answer; what answers take counts against the time. */
function asker(child: ChildProcess, death: Promise<never>, timeoutMs: number): Ask {
  let left = timeoutMs;
  return async (message) => {
    const start = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<QueryMessage>();
    const answer = (reply: unknown): void => resolve(reply as QueryMessage);
    const timer = setTimeout(() => reject(timedOut(timeoutMs)), left);
    child.once("message", answer);
    try {
      child.send(message);
      const reply = await Promise.race([promise, death]);
      if (reply.kind === "fault") throw faultError(reply);
      return reply;
    } finally {
      clearTimeout(timer);
      child.off("message", answer);
      left -= performance.now() - start;
    }
  };
}

function faultError({ fault, message }: Extract<QueryMessage, { readonly kind: "fault" }>): RlvrError {
  switch (fault) {
    case "refused":
      return new RlvrError("bad_usage", message, {
        advice:
          "rlvr sql only reads, one statement at a time: SELECT, WITH, VALUES, EXPLAIN, or a PRAGMA that tells of tables.",
      });
    case "bad_sql":
      return new RlvrError("bad_usage", `SQLite does not take this statement: ${message}`, {
        advice:
          'Correct it. The tables and views: rlvr sql "SELECT name, type FROM sqlite_schema". ' +
          "A database of an older version gets those that are new when it is next run with: rlvr run, rlvr resume.",
      });
    case "bad_database":
      return new RlvrError("bad_database", message, { advice: "Name a database of rlvr with --db FILE." });
    case "failed":
      return new RlvrError("query_failed", `the query failed: ${message}`, {
        advice: "Try it on fewer rows, with a WHERE or a LIMIT, to find the row it fails on.",
      });
  }
}

function timedOut(timeoutMs: number): RlvrError {
  return new RlvrError("query_failed", `the query was stopped: it took longer than ${timeoutMs / 1000} s`, {
    advice: "Narrow it with a WHERE or a LIMIT, or allow more with --timeout SECONDS.",
  });
}

function died(code: unknown, signal: unknown): RlvrError {
  const how = typeof signal === "string" ? `was killed by ${signal}` : `ended with exit code ${String(code)}`;
  return new RlvrError("query_failed", `the query's process ${how}`, {
    advice: "It may have needed more memory than there is: read fewer rows or shorter columns.",
  });
}

function broken(cause: Error): RlvrError {
  return new RlvrError("query_failed", `the query's process cannot be reached: ${cause.message}`, {
    advice: "Look whether the machine has memory and processes to spare, then try again.",
    cause,
    retryable: true,
  });
}

function unexpected(message: QueryMessage): RlvrError {
  return new RlvrError("query_failed", `the query's process answered out of turn: ${message.kind}`, {
    advice: "This is a fault of rlvr; please report it.",
  });
}
