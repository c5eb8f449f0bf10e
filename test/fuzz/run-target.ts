import fc from "fast-check";
import { isRlvrError } from "../../src/core/errors.ts";
import { watchCases } from "./case-watch.ts";
import type { FuzzOutcome } from "./fuzz-process.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

/** Entry of a fuzzing process: target, number of cases and seed as arguments; prints a {@link FuzzOutcome} as JSON. */

const [name = "", cases = "0", seed = "0"] = process.argv.slice(2);
const { target } = (await import(`./targets/${name}.ts`)) as { readonly target: FuzzTarget<unknown> };
const ends: Record<string, number> = {};
const watch = watchCases(`${name}, seed ${seed}`);

const property = fc.asyncProperty(target.input, async (input) => {
  let end = "accepted";
  watch.begin();
  try {
    await target.read(input);
  } catch (error) {
    if (!isRlvrError(error) || !target.refusals.includes(error.code)) throw error;
    end = error.code;
  } finally {
    watch.end();
  }
  ends[end] = (ends[end] ?? 0) + 1;
});
const details = await fc.check(property, { numRuns: Number(cases), seed: Number(seed) });
const outcome: FuzzOutcome = {
  cases: details.numRuns,
  ends,
  longestMs: watch.longestMs(),
  memoryMb: process.resourceUsage().maxRSS / 1024,
  failure: details.failed ? fc.defaultReportMessage(details) : undefined,
};
process.stdout.write(`${JSON.stringify(outcome)}\n`);
await target.close?.();
process.exit(0);
