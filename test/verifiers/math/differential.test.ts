import { beforeAll, expect, it } from "vitest";
import { openVerifier } from "../../../src/verifiers/open-verifier.ts";
import { differentialSet, passes, type DifferentialPair } from "../../support/differential-set.ts";

interface Judged extends DifferentialPair {
  readonly passed: boolean | null;
}

const SHOWN = 100;

let judged: readonly Judged[];
beforeAll(async () => {
  const { verifier: math, options } = await openVerifier("math", {});
  const found: Judged[] = [];
  for (const pair of differentialSet()) found.push({ ...pair, passed: await passes(math, options, pair) });
  judged = found;
});

function describe({ id, answer, response, passed }: Judged): string {
  return `${id} (${String(passed)}): ${answer} <- ${response.slice(-SHOWN)}`;
}

it("judges every pair of the set", () => {
  expect(judged).toHaveLength(2000);
  expect(judged.filter((pair) => pair.passed === null).map(describe)).toEqual([]);
});

it("agrees with math-verify on at least 98% of the pairs", () => {
  const disagreements = judged.filter((pair) => pair.passed !== pair.math_verify);
  expect(disagreements.length, disagreements.map(describe).join("\n")).toBeLessThanOrEqual(0.02 * judged.length);
});

it("accepts no corrupted pair that math-verify rejects", () => {
  const accepted = judged.filter((pair) => pair.kind === "corrupted" && !pair.math_verify && pair.passed !== false);
  expect(accepted.map(describe)).toEqual([]);
});
