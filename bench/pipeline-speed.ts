import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isBusy, load, machine } from "./machine.ts";
import { runBlock, slotsBusy, type RunMeasures, type RunPlan } from "./pipeline/run-plan.ts";
import { table } from "./table.ts";

/**
 * How much sooner a run ends that samples ahead, where sampling and training share no processor: the real loop on stub
 * replicas, with a trainer that takes as long as all slots of the replicas do. See bench/README.md.
 */

/** Ways of the pipeline, the first being what the others are compared with. */
const SETTINGS: readonly { readonly name: string; readonly pipeline: RunPlan["pipeline"] }[] = [
  { name: "depth 0", pipeline: { depth: 0 } },
  { name: "depth 1", pipeline: { depth: 1 } },
  { name: "depth 2", pipeline: { depth: 2 } },
];

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "8" },
    micros: { type: "string", default: "300" },
    out: { type: "string", default: join(import.meta.dirname, "results/pipeline-speed.md") },
    force: { type: "boolean", default: false },
  },
});
if (isBusy() && !values.force) {
  console.error(`The machine is busy (load ${load()}). Wait, or measure anyway: --force.`);
  process.exit(2);
}

const plan: Omit<RunPlan, "pipeline"> = {
  stub: {
    replicas: 4,
    slots: 4,
    microsPerToken: Number(values.micros),
    tickMs: 5,
    perEvent: 1,
    lengths: { median: 400, p99: 8000 },
  },
  steps: Number(values.steps),
  groups: 32,
  groupSize: 8,
  maxTokens: 16_384,
  concurrency: 32,
};
const loadBefore = load();
const measured: { readonly name: string; readonly plan: RunPlan; readonly taken: RunMeasures }[] = [];
for (const { name, pipeline } of SETTINGS) {
  const own = { ...plan, pipeline };
  const taken = await runBlock(own);
  if (taken.tokens !== (measured[0]?.taken ?? taken).tokens) throw new Error(`${name} sampled other completions`);
  measured.push({ name, plan: own, taken });
  console.log(`${name}: ${taken.wallSeconds.toFixed(1)} s`);
}
const text = report();
writeFileSync(resolve(values.out), text);
console.log(`\n${text}\nWritten to ${resolve(values.out)}`);

function report(): string {
  const first = measured[0]?.taken as RunMeasures;
  const { replicas, slots, microsPerToken } = plan.stub;
  const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
  const rows = measured.map(({ name, plan: own, taken }) => [
    name,
    taken.wallSeconds.toFixed(1),
    (first.wallSeconds / taken.wallSeconds).toFixed(2),
    percent(slotsBusy(own, taken, taken.wallSeconds * 1000)),
    percent(taken.trainerSeconds / taken.wallSeconds),
    taken.staleness.toFixed(2),
    percent(taken.cpuSeconds / taken.wallSeconds),
  ]);
  return `# Speed of the pipeline: sampling and training on processors of their own

What is measured stands in [bench/README.md](../README.md). Neither side can be done sooner than in
${first.trainerSeconds.toFixed(1)} s: ${(first.wallSeconds / first.trainerSeconds).toFixed(2)} times as fast as depth 0 is the bound.

- ${new Date().toISOString().slice(0, 10)}, ${machine()}, Node ${process.versions.node}; load ${loadBefore} before, ${load()} after
- ${plan.steps} steps of ${plan.groups} groups of ${plan.groupSize}, ${first.tokens.toLocaleString("en-US")} tokens in all, the same in each setting
- ${replicas} replicas of ${slots} slots, ${microsPerToken} microseconds a token and slot

${table(["", "seconds", "times depth 0", "samplers busy", "trainer busy", "staleness", "orchestrator's CPU"], rows)}
`;
}
