import { createTokenDecoder, readRunFiles, readTrainerFiles, tokenAdvantages } from "../../src/cli/serve-parts.ts";
import { createEvaluationComparer } from "../../src/cli/serve/compare-evaluations.ts";
import { createRunSizes } from "../../src/cli/serve/run-sizes.ts";
import { DASHBOARD_LIMITS, type ConnectionLimits } from "../../src/server/connection-limits.ts";
import { createDashboard } from "../../src/server/dashboard.ts";
import { listen, type ListeningDashboard } from "../../src/server/listen.ts";
import type { DashboardParts } from "../../src/server/parts.ts";
import { openCurrentDatabaseReadOnly } from "../../src/tracking/database.ts";

/** A dashboard on a free port of this machine. */
export interface TestDashboard extends ListeningDashboard {
  /** Asks for a path below the address, with the token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** What a GET below /api answers, when it answers well. */
  get(path: string): Promise<unknown>;
  /** Faults that no request was to blame for. */
  readonly faults: readonly unknown[];
}

/** The token of every test's dashboard. */
export const TEST_TOKEN = "the-token-of-a-test";

/** Serves a database as `rlvr serve` does, without the page unless one is given. */
export async function serveDatabase(
  databasePath: string,
  changes: Partial<DashboardParts> = {},
  limits: ConnectionLimits = DASHBOARD_LIMITS,
): Promise<TestDashboard> {
  const db = openCurrentDatabaseReadOnly(databasePath);
  const faults: unknown[] = [];
  const decoder = createTokenDecoder();
  const app = createDashboard({
    db,
    databasePath,
    page: undefined,
    host: "127.0.0.1",
    token: TEST_TOKEN,
    decodeTokens: decoder.decode,
    tokenAdvantages,
    trainerFiles: (runId, epoch) => readTrainerFiles(databasePath, runId, epoch),
    compareEvaluations: createEvaluationComparer(db),
    runFiles: (runId) => readRunFiles(databasePath, runId),
    runSizes: createRunSizes(databasePath),
    onFault: (error) => faults.push(error),
    ...changes,
  });
  const dashboard = await listen(app, "127.0.0.1", 0, limits);
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${TEST_TOKEN}`);
    return fetch(`${dashboard.url}${path}`, { ...init, headers });
  };
  return {
    url: dashboard.url,
    ask,
    faults,
    async get(path) {
      const response = await ask(`api/${path}`);
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
      return JSON.parse(text);
    },
    async close() {
      await dashboard.close();
      decoder.close();
      db.$client.close();
    },
  };
}
