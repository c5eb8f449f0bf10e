import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * The hostile client of `dashboard-load.ts`, a process of its own: as many streams of changes and queries without end as it is told
 * to, each asked for again when it is refused or cut. It tells its parent when it has begun, and at the end what became of them.
 */

/** What the parent sends to begin. */
export interface FloodPlan {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly streams: number;
  readonly queries: number;
}

/** What became of the requests: open streams, and refusals (503) and other ends of both kinds. */
export interface FloodCounts {
  readonly open: number;
  readonly streamsRefused: number;
  readonly queriesRefused: number;
  readonly queriesEnded: number;
}

const RUNAWAY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

const counts = { open: 0, streamsRefused: 0, queriesRefused: 0, queriesEnded: 0 };

process.on("message", (message: FloodPlan | "stop") => {
  if (message !== "stop") return void flood(message);
  process.send?.(counts, () => process.exit());
});

/** Has every stream answered once before the queries begin, as what comes first is the worst. */
async function flood(plan: FloodPlan): Promise<void> {
  await Promise.all(
    Array.from({ length: plan.streams }, () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      void forEver(1000, () => stream(plan, resolve));
      return promise;
    }),
  );
  for (let index = 0; index < plan.queries; index++) void forEver(100, () => query(plan));
  process.send?.("ready");
}

async function forEver(pauseMs: number, act: () => Promise<void>): Promise<void> {
  for (;;) {
    await act();
    await sleep(pauseMs);
  }
}

/** Opens a stream, and comes back when it is at its end. */
function stream({ url, headers }: FloodPlan, onAnswer: () => void): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => (onAnswer(), resolve());
    const sent = request(`${url}api/live`, { headers, agent: false }, (response) => {
      onAnswer();
      const isOpen = response.statusCode === 200;
      if (isOpen) counts.open++;
      else counts.streamsRefused++;
      response.resume().on("close", () => {
        if (isOpen) counts.open--;
        end();
      });
    });
    sent.on("error", end).end();
  });
}

/** Sends a query without end, and comes back when it is refused or stopped. */
function query({ url, headers }: FloodPlan): Promise<void> {
  return new Promise((resolve) => {
    const options = { method: "POST", headers: { ...headers, "content-type": "application/json" }, agent: false };
    const sent = request(`${url}api/sql`, options, (response) => {
      if (response.statusCode === 503) counts.queriesRefused++;
      else counts.queriesEnded++;
      response.resume().on("close", resolve);
    });
    sent.on("error", () => resolve()).end(JSON.stringify({ sql: RUNAWAY }));
  });
}
