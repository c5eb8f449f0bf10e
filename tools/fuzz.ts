/**
 * Tries what reads hostile input with generated input, target by target: `node tools/fuzz.ts [TARGET...] [--cases N]
 * [--seed N]`. Exits with 1 when a case ends in anything but a typed refusal, takes over a second of processor time, or
 * takes its process above 512 MiB. See test/fuzz.
 */
import { parseArgs } from "node:util";
import { fuzz, fuzzTargets } from "../test/fuzz/fuzz-process.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
for (const target of positionals.length > 0 ? positionals : fuzzTargets()) {
  try {
    const { cases, ends, longestMs, memoryMb, failure } = await fuzz(target, Number(values.cases), Number(values.seed));
    const told = Object.entries(ends).map(([end, count]) => `${end} ${count}`);
    console.log(
      `${target}: ${cases} cases (${told.join(", ")}), longest ${longestMs.toFixed(0)} ms, ${memoryMb.toFixed(0)} MiB`,
    );
    if (failure === undefined) continue;
    console.error(failure);
  } catch (error) {
    console.error((error as Error).message);
  }
  process.exitCode = 1;
}
