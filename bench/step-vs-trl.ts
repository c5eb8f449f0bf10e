import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isPresent } from "../src/core/files/files.ts";
import { POLICY, PYTHON, runBlock, SIDES, type Side, type StepLine } from "./blocks.ts";
import { isBusy, load, machine, versions } from "./machine.ts";
import { median, phaseTable, ratios, roundTable, stepTable, type Rounds } from "./table.ts";

/** Compares one training step of rlvr with one of TRL's GRPOTrainer, block by block in turn: see bench/README.md. */

const LABELS: Readonly<Record<Side, string>> = {
  trl: "TRL",
  deterministic: "rlvr, deterministic",
  fast: "rlvr, fast",
};

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    steps: { type: "string", default: "12" },
    drop: { type: "string", default: "2" },
    "trl-intermediate": { type: "string", default: "344" },
    out: { type: "string", default: join(import.meta.dirname, "results/step-vs-trl.md") },
    force: { type: "boolean", default: false },
  },
});
const [steps, drop, intermediate] = [values.steps, values.drop, values["trl-intermediate"]].map(Number) as [
  number,
  number,
  number,
];

if (!isPresent(PYTHON) || !isPresent(join(POLICY, "graphs/grad.onnx"))) {
  fail(
    "The TRL environment (bench/.venv) or the policy (bench/.policy) is missing: bench/README.md says how to make them.",
  );
}
if (isBusy() && !values.force) {
  fail(
    `The machine is busy (load ${load()}): both sides need it for themselves. Wait, or measure anyway with --force.`,
  );
}

const loadBefore = load();
const rounds: Record<Side, StepLine[]>[] = [];
let parameters: Partial<Record<Side, number>> = {};
for (let round = 1; round <= Number(values.rounds); round++) {
  const result: Record<Side, StepLine[]> = { trl: [], deterministic: [], fast: [] };
  for (const side of SIDES) {
    const lines = await runBlock(side, { steps, seed: round, intermediate });
    result[side] = lines.slice(drop);
    parameters = { ...parameters, [side]: lines[0]?.parameters ?? 0 };
    console.log(
      `round ${round}, ${LABELS[side]}: median ${median(result[side].map((line) => line.ms)).toFixed(0)} ms a step`,
    );
  }
  rounds.push(result);
}
writeFileSync(resolve(values.out), report(rounds));
console.log(`\n${stepTable(rounds, LABELS)}\n\nWritten to ${resolve(values.out)}`);

function report(all: Rounds): string {
  const speed = (side: Side): string => `${median(ratios(all, side)).toFixed(2)} times as fast as TRL in ${side} mode`;
  return `# One training step: rlvr and TRL

rlvr was ${speed("deterministic")} and ${speed("fast")} (median of the paired ratios).
What is compared, and what is in a step, stands in [bench/README.md](../README.md).

- ${new Date().toISOString().slice(0, 10)}, ${machine()}; load ${loadBefore} before, ${load()} after
- ${versions(["onnxruntime-node"], ["torch", "trl", "transformers"])}
- ${all.length} rounds of TRL, deterministic, fast; ${steps} steps a block, the first ${drop} left out
- parameters: rlvr ${parameters.deterministic}, TRL ${parameters.trl}

${stepTable(all, LABELS)}

By round, median milliseconds a step:

${roundTable(all, LABELS)}

By phase; \`rest\` is choosing problems, observing, and whatever lies between phases:

${phaseTable(all, ["deterministic", "fast"], LABELS)}

${phaseTable(all, ["trl"], LABELS)}
`;
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
