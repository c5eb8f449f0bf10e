import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isBusy, load, machine } from "./machine.ts";
import { runBlock, slotsBusy, type RunMeasures, type RunPlan } from "./pipeline/run-plan.ts";
import { table } from "./table.ts";

/**
 * What the orchestrator takes where many replicas sample many groups: how busy it keeps their slots, its processor time,
 * memory and database by the rollout. With --profile DIR its CPU profile is written there. See bench/README.md.
 */

const { values } = parseArgs({
  options: {
    groups: { type: "string", default: "10000" },
    steps: { type: "string", default: "20,4" },
    replicas: { type: "string", default: "64" },
    depth: { type: "string", default: "1" },
    micros: { type: "string", default: "3000" },
    profile: { type: "string" },
    out: { type: "string", default: join(import.meta.dirname, "results/pipeline-scale.md") },
    force: { type: "boolean", default: false },
  },
});
if (isBusy() && !values.force) {
  console.error(`The machine is busy (load ${load()}). Wait, or measure anyway: --force.`);
  process.exit(2);
}

const SLOTS = 4;
const GROUP_SIZE = 8;
const [groups, replicas] = [Number(values.groups), Number(values.replicas)];
const loadBefore = load();
const measured: { readonly plan: RunPlan; readonly taken: RunMeasures }[] = [];
for (const steps of values.steps.split(",").map(Number)) {
  const plan: RunPlan = {
    stub: {
      replicas,
      slots: SLOTS,
      microsPerToken: Number(values.micros),
      tickMs: 20,
      perEvent: 1,
      lengths: { median: 100, p99: 2000 },
    },
    steps,
    groups: Math.floor(groups / steps),
    groupSize: GROUP_SIZE,
    maxTokens: 4096,
    // A group keeps its permit until its longest completion is done, so there are more of them than slots could take.
    concurrency: replicas * SLOTS,
    pipeline: { depth: Number(values.depth) },
  };
  const profile = values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${resolve(values.profile)}`];
  const taken = await runBlock(plan, profile);
  measured.push({ plan, taken });
  console.log(`${steps} steps: ${taken.wallSeconds.toFixed(1)} s`);
}
const text = report();
writeFileSync(resolve(values.out), text);
console.log(`\n${text}\nWritten to ${resolve(values.out)}`);

function report(): string {
  const rows = measured.map(({ plan, taken }) => {
    const { rollouts, tokens, cpuSeconds, wallSeconds, stub, peakRssBytes, databaseBytes, loopDelayMs } = taken;
    return [
      `${plan.steps} x ${plan.groups}`,
      wallSeconds.toFixed(0),
      `${(100 * slotsBusy(plan, taken, stub.spanMs)).toFixed(1)}%`,
      ((1e3 * cpuSeconds) / rollouts).toFixed(2),
      ((1e6 * cpuSeconds) / tokens).toFixed(1),
      `${((100 * cpuSeconds) / wallSeconds).toFixed(0)}%`,
      (peakRssBytes / 2 ** 20).toFixed(0),
      (databaseBytes / rollouts / 1024).toFixed(1),
      `${loopDelayMs.p99.toFixed(0)} / ${loopDelayMs.max.toFixed(0)}`,
    ];
  });
  const { rollouts = 0, tokens = 0 } = measured[0]?.taken ?? {};
  const head = [
    "steps x groups",
    "seconds",
    "slots busy",
    "CPU ms a rollout",
    "CPU us a token",
    "of a core",
    "peak RSS MiB",
    "database KiB a rollout",
    "loop delay ms, p99 / most",
  ];
  return `# Scale of the pipeline: ${replicas} replicas, ${groups.toLocaleString("en-US")} groups of ${GROUP_SIZE}

What is measured stands in [bench/README.md](../README.md).

- ${new Date().toISOString().slice(0, 10)}, ${machine()}, Node ${process.versions.node}; load ${loadBefore} before, ${load()} after
- ${rollouts.toLocaleString("en-US")} rollouts of ${(tokens / rollouts).toFixed(0)} tokens on average, depth ${values.depth}, ${replicas} replicas of ${SLOTS} slots, ${values.micros} microseconds a token and slot

${table(head, rows)}
`;
}
