import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { load, machine } from "./machine.ts";
import { countRollouts, measuredRoutes } from "./dashboard-routes.ts";
import { serveDashboard } from "./served-dashboard.ts";
import { median, quantile, table } from "./table.ts";

/** How long `rlvr serve` takes to answer each route on a database of `synthetic-database.ts`. See bench/README.md. */

const { values } = parseArgs({
  options: {
    db: { type: "string", default: join(tmpdir(), "rlvr-synthetic/rlvr.db") },
    requests: { type: "string", default: "30" },
    run: { type: "string", default: "2" },
    out: { type: "string", default: join(import.meta.dirname, "results/dashboard-api.md") },
  },
});
const requests = Number(values.requests);

const QUERIES: readonly (readonly [what: string, sql: string])[] = [
  ["SQL: a table", "SELECT * FROM v_rollouts WHERE run_id = 2 AND step = 1000 LIMIT 100"],
  ["SQL: tokens of a rollout", "SELECT * FROM rollout_tokens(4711)"],
];

const started = load();
const rollouts = countRollouts(resolve(values.db));
const { url, headers, child } = await serveDashboard(resolve(values.db));
const rows: string[][] = [];
const slow: string[] = [];
try {
  for (const { what, path } of measuredRoutes(values.run, rollouts))
    await measure(what, (index) => fetch(`${url}api/${path(index)}`, { headers }));
  for (const [what, sql] of QUERIES)
    await measure(what, () =>
      fetch(`${url}api/sql`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ sql }),
      }),
    );
} finally {
  child.kill("SIGINT");
}
const report = `# Time of the dashboard's API

${requests} requests to each route, one after the other, of \`rlvr serve\` on a database of
${rollouts.toLocaleString("en")} rollouts. Milliseconds.

${table(["route", "median", "p95", "max", "kB"], rows)}

${machine()}, Node ${process.versions.node}; load before and after: ${started}, ${load()}.
`;
writeFileSync(values.out, report);
process.stdout.write(report);
if (slow.length > 0) {
  process.stderr.write(`A median of 300 ms or more: ${slow.join(", ")}\n`);
  process.exitCode = 1;
}

async function measure(what: string, ask: (index: number) => Promise<Response>): Promise<void> {
  const times: number[] = [];
  let bytes = 0;
  for (let index = 0; index < requests; index++) {
    const start = performance.now();
    const response = await ask(index);
    const text = await response.text();
    times.push(performance.now() - start);
    if (response.status !== 200) throw new Error(`${what}: ${response.status} ${text}`);
    bytes = Math.max(bytes, text.length);
  }
  const figures = [median(times), quantile(times, 0.95), Math.max(...times)].map((value) => value.toFixed(1));
  rows.push([what, ...figures, (bytes / 1000).toFixed(0)]);
  process.stderr.write(`${what}: ${figures.join(" ")}\n`);
  if (median(times) >= 300) slow.push(what);
}
