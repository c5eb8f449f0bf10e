import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { openDatabaseReadOnly } from "../src/tracking/database.ts";
import { runOverviews } from "../src/tracking/reads/run-overviews.ts";
import { load, machine } from "./machine.ts";
import { RARE_WORD } from "./synthetic/corpus.ts";
import { median, table } from "./table.ts";

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

/** Routes by what they are asked; a `#` is another number in each request, from 1 to the most. */
const RUN = `runs/${values.run}`;
const ROUTES: readonly (readonly [what: string, path: string, most?: number])[] = [
  ["runs", "runs"],
  ["run", RUN],
  ["story", `${RUN}/story`],
  ["metrics: reward", `${RUN}/metrics?names=reward.mean&points=500`],
  ["metrics: pass rate of every arm", `${RUN}/metrics?names=pass_rate.*&points=500`],
  ["metrics: all of the trainer's", `${RUN}/metrics?names=train.*&points=500`],
  ["metrics: reward of 100 steps", `${RUN}/metrics?names=reward.mean&from=1000&to=1099`],
  ["evaluations", `${RUN}/evals`],
  ["alarms", `${RUN}/alarms`],
  ["curriculum", `${RUN}/curriculum?points=120`],
  ["cliff map, hardest first", `${RUN}/cliff-map?order=hardest&limit=60`],
  ["cliff map, an arm by position, page 3", `${RUN}/cliff-map?order=position&arm=geometry&offset=120&limit=60`],
  ["rollouts, newest", `${RUN}/rollouts`],
  ["rollouts, a page far down", `${RUN}/rollouts?cursor=#.5.3`, 3000],
  ["rollouts of an arm that failed", `${RUN}/rollouts?arm=puzzles&passed=false`],
  ["rollouts of a rare arm", `${RUN}/rollouts?arm=olympiad`],
  ["rollouts of a problem", `${RUN}/rollouts?problem=practice-units-00007`],
  ["rollouts with a hint of a tier", `${RUN}/rollouts?hint=solution`],
  ["rollouts of few steps", `${RUN}/rollouts?step_from=500&step_to=501&drop=zero_variance`],
  ["rollouts with a rare status", `${RUN}/rollouts?status=timeout&verifier=math`],
  ["rollouts with a rare drop reason", `${RUN}/rollouts?drop=no_verdict`],
  ["rollouts that no filter lets through", `${RUN}/rollouts?status=skipped`],
  ["rollouts, text that is common", `${RUN}/rollouts?text=therefore`],
  ["rollouts, text that is rare", `${RUN}/rollouts?text=${RARE_WORD}`],
  ["rollouts, text that is nowhere", `${RUN}/rollouts?text=no%20such%20text&cursor=#.0.0`, 3400],
  ["rollout", "rollouts/#", 900_000],
  ["tokens of a rollout", "rollouts/#/tokens", 900_000],
  ["group", "groups/#", 100_000],
  ["trainer", `${RUN}/trainer`],
  ["compare two runs", "compare?runs=1,2&metric=reward.mean"],
  ["ready queries", "queries"],
];
const QUERIES: readonly (readonly [what: string, sql: string])[] = [
  ["SQL: a table", "SELECT * FROM v_rollouts WHERE run_id = 2 AND step = 1000 LIMIT 100"],
  ["SQL: tokens of a rollout", "SELECT * FROM rollout_tokens(4711)"],
];

const started = load();
const rollouts = countRollouts(resolve(values.db));
const { server, url, headers } = await startServer(resolve(values.db));
const rows: string[][] = [];
const slow: string[] = [];
try {
  for (const [what, path, most = 1] of ROUTES)
    await measure(what, (index) =>
      fetch(`${url}api/${path.replace("#", String(1 + ((index * 7919 * 31) % most)))}`, { headers }),
    );
  for (const [what, sql] of QUERIES)
    await measure(what, () =>
      fetch(`${url}api/sql`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ sql }),
      }),
    );
} finally {
  server.kill("SIGINT");
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
  const sorted = times.toSorted((a, b) => a - b);
  const p95 = sorted[Math.min(sorted.length - 1, Math.ceil(0.95 * sorted.length) - 1)] ?? NaN;
  const figures = [median(times), p95, sorted.at(-1) ?? NaN].map((value) => value.toFixed(1));
  rows.push([what, ...figures, (bytes / 1000).toFixed(0)]);
  process.stderr.write(`${what}: ${figures.join(" ")}\n`);
  if (median(times) >= 300) slow.push(what);
}

function countRollouts(path: string): number {
  const db = openDatabaseReadOnly(path);
  try {
    return runOverviews(db).reduce((sum, run) => sum + run.rollouts, 0);
  } finally {
    db.$client.close();
  }
}

async function startServer(
  db: string,
): Promise<{ server: ChildProcess; url: string; headers: Record<string, string> }> {
  const main = join(import.meta.dirname, "../src/cli/main.ts");
  const child = spawn(process.execPath, [main, "serve", "--db", db, "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), once(child, "exit")])) as [string];
  const { origin, searchParams } = new URL((JSON.parse(line) as { url: string }).url);
  return { server: child, url: `${origin}/`, headers: { authorization: `Bearer ${searchParams.get("token")}` } };
}
