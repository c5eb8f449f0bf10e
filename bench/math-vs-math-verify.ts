import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isPresent } from "../src/core/files/files.ts";
import { differentialSet } from "../test/support/differential-set.ts";
import { PYTHON } from "./blocks.ts";
import { isBusy, load, machine, versions } from "./machine.ts";
import { agreementReport, speedOf, type PairLine } from "./math-report.ts";
import { printedLines } from "./printed-lines.ts";
import { median, table } from "./table.ts";

/** Compares `math` in process with math-verify on the differential set, block by block in turn: see bench/README.md. */

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    every: { type: "string", default: "1" },
    out: { type: "string", default: join(import.meta.dirname, "results/math-vs-math-verify.md") },
    force: { type: "boolean", default: false },
  },
});
if (!isPresent(PYTHON)) fail("The environment bench/.venv is missing: bench/README.md says how to make it.");
if (isBusy() && !values.force) {
  fail(
    `The machine is busy (load ${load()}): both sides need it for themselves. Wait, or measure anyway with --force.`,
  );
}

const set = join(import.meta.dirname, "../test/verifiers/math/differential.jsonl");
const loadBefore = load();
const rounds: { readonly theirs: readonly PairLine[]; readonly ours: readonly PairLine[] }[] = [];
for (let round = 1; round <= Number(values.rounds); round++) {
  const theirs = await block(PYTHON, [join(import.meta.dirname, "math_verify_block.py"), set, values.every]);
  const ours = await block(process.execPath, [join(import.meta.dirname, "math-block.ts"), values.every]);
  rounds.push({ theirs, ours });
  console.log(
    `round ${round}: math-verify ${speedOf(theirs).mean.toFixed(3)}, rlvr ${speedOf(ours).mean.toFixed(3)} ms a pair`,
  );
}
const text = report();
writeFileSync(resolve(values.out), text);
console.log(`\n${text}\nWritten to ${resolve(values.out)}`);

async function block(program: string, args: readonly string[]): Promise<PairLine[]> {
  return (await printedLines(program, args)).map((line) => JSON.parse(line) as PairLine);
}

function report(): string {
  const sides = (["theirs", "ours"] as const).map((side) => rounds.map((round) => speedOf(round[side])));
  const [theirs = [], ours = []] = sides;
  const ratios = theirs.map(({ mean }, index) => mean / (ours[index]?.mean ?? Number.NaN));
  const rows = [
    ["math-verify", theirs],
    ["rlvr", ours],
  ] as const;
  const [first = { theirs: [], ours: [] }] = rounds;
  return `# Mathematical answers: rlvr and math-verify

\`math\` took ${median(ours.map(({ mean }) => mean)).toFixed(3)} ms a pair and was ${median(ratios).toFixed(1)} times as fast as math-verify (median of the paired ratios of the means).
What is compared stands in [bench/README.md](../README.md).

- ${new Date().toISOString().slice(0, 10)}, ${machine()}; load ${loadBefore} before, ${load()} after
- ${versions([], ["math-verify", "latex2sympy2_extended", "sympy"])}
- ${rounds.length} rounds of math-verify, rlvr; ${first.ours.length} pairs a block

${table(
  ["ms a pair, median of rounds", "mean", "median", "p99", "most"],
  rows.map(([name, speeds]) => [
    name,
    ...(["mean", "median", "p99", "most"] as const).map((key) => median(speeds.map((speed) => speed[key])).toFixed(3)),
  ]),
)}

Ratio of the means by round: ${ratios.map((ratio) => ratio.toFixed(1)).join(", ")}.

${agreementReport(differentialSet(), first.theirs, first.ours)}`;
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
