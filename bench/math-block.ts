import { openVerifier } from "../src/verifiers/open-verifier.ts";
import { differentialSet, passes } from "../test/support/differential-set.ts";

/** A block of `math` in this process: one JSON line a pair. `EVERY` takes each so-many-th pair of the set. */

const every = Number(process.argv[2] ?? "1");
const pairs = differentialSet().filter((_, index) => index % every === 0);
const { verifier: math, options } = await openVerifier("math", {});

// Compiles what the pairs go through; math-verify gets the same.
for (const pair of pairs.filter((_, index) => index % 20 === 0)) await passes(math, options, pair);

for (const pair of pairs) {
  const start = performance.now();
  const passed = await passes(math, options, pair);
  console.log(JSON.stringify({ id: pair.id, ms: performance.now() - start, passed }));
}
