import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isPresent } from "../src/core/files/files.ts";
import { createVerifierPool, type VerifierPool } from "../src/verifiers/pool/pool.ts";
import { PYTHON } from "./blocks.ts";
import { GROUP_SIZE, responsesTo, type Response } from "./gsm8k-like.ts";
import { isBusy, load, machine, versions } from "./machine.ts";
import { printedLines } from "./printed-lines.ts";
import { median, table } from "./table.ts";

/**
 * Verdicts per second of `math` and `format` over GSM8K-like responses through the pool, and of the Python packages over
 * a sample of them, block by block in turn: see bench/README.md.
 */

const WORKERS = 2;
/** Groups that are under way at once: enough that no worker waits, few enough that they do not pile up. */
const IN_FLIGHT = 16;
const CHECKS = [
  { verifier: "math", options: {} },
  { verifier: "format", options: { tags: ["think"], outside: "after" } },
] as const;

const { values } = parseArgs({
  options: {
    responses: { type: "string", default: "100000" },
    sample: { type: "string", default: "2000" },
    rounds: { type: "string", default: "5" },
    out: { type: "string", default: join(import.meta.dirname, "results/verdicts.md") },
    force: { type: "boolean", default: false },
  },
});
const [responses, sample, rounds] = [values.responses, values.sample, values.rounds].map(Number) as [
  number,
  number,
  number,
];
if (!isPresent(PYTHON)) fail("The environment bench/.venv is missing: bench/README.md says how to make it.");
if (isBusy() && !values.force) {
  fail(
    `The machine is busy (load ${load()}): both sides need it for themselves. Wait, or measure anyway with --force.`,
  );
}

/** The verdicts of a block: of `math` and of `format` for each response. */
interface Block {
  readonly seconds: number;
  readonly verdicts: readonly (readonly [boolean, boolean])[];
}

const groupsARound = Math.ceil(responses / rounds / GROUP_SIZE);
const loadBefore = load();
const blocks: { readonly theirs: Block; readonly ours: Block }[] = [];
for (let round = 0; round < rounds; round++) {
  const groups = Array.from({ length: groupsARound }, (_, index) => responsesTo(round * groupsARound + index));
  const theirs = await pythonBlock(groups.flat().slice(0, Math.ceil(sample / rounds)));
  const ours = await poolBlock(groups);
  blocks.push({ theirs, ours });
  console.log(`round ${round + 1}: Python ${rate(theirs).toFixed(0)}, rlvr ${rate(ours).toFixed(0)} verdicts a second`);
}
const text = report();
writeFileSync(resolve(values.out), text);
console.log(`\n${text}\nWritten to ${resolve(values.out)}`);

async function poolBlock(groups: readonly (readonly Response[])[]): Promise<Block> {
  const pool = createVerifierPool({ workers: WORKERS });
  try {
    const warming = Array.from({ length: 4 * WORKERS }, (_, index) => responsesTo(1_000_000 + index));
    await judgeAll(pool, warming);
    const start = performance.now();
    const verdicts = await judgeAll(pool, groups);
    return { seconds: (performance.now() - start) / 1000, verdicts };
  } finally {
    await pool.close();
  }
}

async function judgeAll(pool: VerifierPool, groups: readonly (readonly Response[])[]): Promise<Block["verdicts"]> {
  const found: [boolean, boolean][][] = [];
  const waiting = groups.entries();
  const work = async (): Promise<void> => {
    for (const [index, group] of waiting) {
      const items = group.map(({ answer, response }) => ({ problem: {}, answer, response }));
      const [math = [], format = []] = await Promise.all(
        CHECKS.map(async (check) => {
          const verdicts = await pool.verifyGroup({ ...check, items, deadlineMs: 10_000 });
          return verdicts.map((verdict) => {
            if (verdict.status !== "ok") throw new Error(`${check.verifier}: ${verdict.error}`);
            return verdict.passed;
          });
        }),
      );
      found[index] = math.map((passed, item) => [passed, format[item] ?? false]);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return found.flat();
}

async function pythonBlock(pairs: readonly Response[]): Promise<Block> {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-bench-"));
  try {
    const file = join(folder, "responses.jsonl");
    writeFileSync(file, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(""));
    const [line = ""] = await printedLines(PYTHON, [
      join(import.meta.dirname, "verdicts_python.py"),
      file,
      String(WORKERS),
    ]);
    return JSON.parse(line) as Block;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rate({ seconds, verdicts }: Block): number {
  return (CHECKS.length * verdicts.length) / seconds;
}

function report(): string {
  const ratios = blocks.map(({ theirs, ours }) => rate(ours) / rate(theirs));
  const compared = blocks.flatMap(({ theirs, ours }) =>
    theirs.verdicts.map((verdict, index) => ({ theirs: verdict, ours: ours.verdicts[index] })),
  );
  const agreeing = (check: 0 | 1): number =>
    compared.filter((pair) => pair.theirs[check] === pair.ours?.[check]).length;
  const judged = blocks.reduce((total, { ours }) => total + ours.verdicts.length, 0);
  return `# Verdicts per second: \`math\` and \`format\`

rlvr gave ${median(blocks.map(({ ours }) => rate(ours))).toFixed(0)} verdicts a second, ${median(ratios).toFixed(1)} times as many as the Python packages (median of the paired ratios).
What is compared stands in [bench/README.md](../README.md).

- ${new Date().toISOString().slice(0, 10)}, ${machine()}; load ${loadBefore} before, ${load()} after
- ${versions(["workerpool"], ["math-verify", "sympy"])}
- ${rounds} rounds; in all ${judged} responses by rlvr, and of these a sample of ${compared.length} by Python; ${WORKERS} worker processes on either side
- verdicts alike on the sample: \`math\` ${agreeing(0)}, \`format\` ${agreeing(1)} of ${compared.length}

${table(
  ["round", "Python, verdicts a second", "rlvr, verdicts a second", "rlvr / Python"],
  blocks.map(({ theirs, ours }, index) => [
    String(index + 1),
    rate(theirs).toFixed(0),
    rate(ours).toFixed(0),
    (ratios[index] ?? Number.NaN).toFixed(1),
  ]),
)}
`;
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
