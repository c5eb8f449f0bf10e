import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { FloodCounts, FloodPlan } from "./dashboard-flood.ts";
import { countRollouts, measuredRoutes } from "./dashboard-routes.ts";
import { isBusy, load, machine } from "./machine.ts";
import { serveDashboard } from "./served-dashboard.ts";
import { median, quantile, table } from "./table.ts";

/** How long `rlvr serve` takes to answer one client while another floods it (`dashboard-flood.ts`). See bench/README.md. */

const { values } = parseArgs({
  options: {
    db: { type: "string", default: join(tmpdir(), "rlvr-synthetic/rlvr.db") },
    run: { type: "string", default: "2" },
    requests: { type: "string", default: "20" },
    streams: { type: "string", default: "1000" },
    queries: { type: "string", default: "50" },
    out: { type: "string", default: join(import.meta.dirname, "results/dashboard-load.md") },
    force: { type: "boolean", default: false },
  },
});
const requests = Number(values.requests);
const [streams, queries] = [Number(values.streams), Number(values.queries)];
/** What the API has to stay below, in milliseconds. */
const LIMIT_MS = 300;

if (isBusy() && !values.force) {
  process.stderr.write(`The machine is busy (load ${load()}). Wait, or measure anyway: --force.\n`);
  process.exit(1);
}
const started = load();
const rollouts = countRollouts(resolve(values.db));
const routes = measuredRoutes(values.run, rollouts);
const { url, headers, child } = await serveDashboard(resolve(values.db));
const flood = fork(join(import.meta.dirname, "dashboard-flood.ts"));
try {
  const quiet = await measure();
  const before = residentMb();
  const plan: FloodPlan = { url, headers, streams, queries };
  flood.send(plan);
  await once(flood, "message");
  const flooded = await measure();
  const after = residentMb();
  flood.send("stop");
  const [counts] = (await once(flood, "message")) as [FloodCounts];
  report(quiet, flooded, [before, after], counts);
} finally {
  flood.kill();
  child.kill("SIGINT");
}

/** Milliseconds of each request, by route. The routes take turns, so that each meets every moment of the flood. */
async function measure(): Promise<number[][]> {
  const times = routes.map((): number[] => []);
  for (let index = 0; index < requests; index++) {
    for (const [at, { what, path }] of routes.entries()) {
      const start = performance.now();
      const response = await fetch(`${url}api/${path(index)}`, { headers });
      const text = await response.text();
      times[at]?.push(performance.now() - start);
      if (response.status !== 200) throw new Error(`${what}: ${response.status} ${text}`);
    }
  }
  return times;
}

function report(quiet: number[][], flooded: number[][], memory: readonly number[], counts: FloodCounts): void {
  const ms = (value: number): string => value.toFixed(1);
  const rows = routes.map(({ what }, at) => {
    const [alone = [], during = []] = [quiet[at], flooded[at]];
    return [what, ...[median(alone), median(during), quantile(during, 0.99), Math.max(...during)].map(ms)];
  });
  const all = flooded.flat();
  rows.push(["all of them", ...[median(quiet.flat()), median(all), quantile(all, 0.99), Math.max(...all)].map(ms)]);
  const text = `# Time of the dashboard's API beside a flood

${requests} requests to each route of \`rlvr serve\` on a database of ${rollouts.toLocaleString("en")} rollouts, one after the other, alone and while another client holds ${streams} streams of
changes and ${queries} queries without end: of these ${counts.open} streams were open at the end, ${counts.streamsRefused.toLocaleString("en")} requests for one were refused,
${counts.queriesRefused.toLocaleString("en")} queries were refused and ${counts.queriesEnded} stopped. Milliseconds.

${table(["route", "median alone", "median", "p99", "max"], rows)}

Memory of the server: ${memory.map((mb) => `${mb.toFixed(0)} MB`).join(" before, ")} during.
${machine()}, Node ${process.versions.node}; load before and after: ${started}, ${load()}.
`;
  writeFileSync(values.out, text);
  process.stdout.write(text);
  const slow = routes.filter((_, at) => median(flooded[at] ?? []) >= LIMIT_MS).map(({ what }) => what);
  if (slow.length === 0) return;
  process.stderr.write(`A median of ${LIMIT_MS} ms or more: ${slow.join(", ")}\n`);
  process.exitCode = 1;
}

/** Resident memory of the server, in megabytes (Linux). */
function residentMb(): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1000;
}
