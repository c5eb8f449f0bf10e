import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CORRECTION_MODES } from "../../src/core/correction-modes.ts";
import { packagePath } from "../../src/core/package-files.ts";
import { decodeSafetensors, tensorOf } from "../../src/core/safetensors.ts";
import { startGradientWorkers, type GradientWorkers } from "../../src/trainer/embedded/gradient-workers.ts";
import { lossSettings } from "../../src/trainer/embedded/loss-settings.ts";
import { readPolicyModel } from "../../src/trainer/embedded/policy-model.ts";
import type { BatchSettings } from "../../src/trainer/protocol/schemas.ts";
import { POLICY_DIRECTORY } from "./helpers.ts";

// What the formulas give, token by token in float64, for every combination of the loss's options: see
// python/rlvr_train/golden_surrogate.py.
const golden = decodeSafetensors(readFileSync(packagePath("test/golden/surrogate.safetensors")), "golden");
const floats = (name: string): Float32Array => tensorOf(golden, name, "F32").data;
const { data: inputIds, shape } = tensorOf(golden, "input_ids", "I32");
const [rows = 0, length = 0] = shape;
const { data: parameters } = tensorOf(golden, "parameters", "I32");
const [clipLow = 0, clipHigh = 0, dualClip = 0, ratioCap = 0, cap = 0, floor = 0, klCoef = 0, entropyCoef = 0] =
  floats("options");

const OPTIONS = {
  ratio: ["token", "sequence"],
  bound: ["clip", "dual-clip", "cispo"],
  correction: ["none", ...CORRECTION_MODES],
  kl: ["none", "k1", "k2", "k3"],
  pairs: ["one", "two"],
  entropy: ["none", "bonus"],
} as const;
type Option = keyof typeof OPTIONS;
type Combination = { readonly [name in Option]: (typeof OPTIONS)[name][number] };

const combinations = Object.entries(OPTIONS).reduce<object[]>(
  (all, [name, values]) => all.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
  [{}],
) as Combination[];
const nameOf = (each: Combination): string => Object.values(each).join("/");

function objectiveOf({ ratio, bound, correction, kl, entropy }: Combination): BatchSettings["objective"] {
  return {
    ratio,
    old: "recompute",
    clip_low: clipLow,
    clip_high: clipHigh,
    dual_clip: bound === "dual-clip" ? dualClip : 0,
    ratio_cap: bound === "cispo" ? ratioCap : 0,
    correction: correction === "none" ? null : { mode: correction, cap, floor },
    kl: kl === "none" ? { kind: "k3", coefficient: 0 } : { kind: kl, coefficient: klCoef },
    entropy_coefficient: entropy === "bonus" ? entropyCoef : 0,
  };
}

const model = readPolicyModel(POLICY_DIRECTORY);
let workers: GradientWorkers;
beforeAll(async () => {
  workers = await startGradientWorkers(model, 2);
  workers.params.set(model.baseParams);
});
afterAll(() => workers.close());

async function compute(combination: Combination) {
  const second = (name: string): Float32Array =>
    combination.pairs === "two" ? floats(name) : new Float32Array(rows * length);
  const microbatch = {
    rows,
    length,
    inputIds,
    temperature: floats("temperature"),
    samplingLogprobs: floats("sampling_logprobs"),
    oldLogprobs: floats("old_logprobs"),
    refLogprobs: floats("ref_logprobs"),
    advantages: floats("advantages"),
    weights: floats("loss_weights"),
    advantages2: second("advantages_2"),
    weights2: second("loss_weights_2"),
    lossSettings: lossSettings(objectiveOf(combination)),
  };
  const { gradient, metrics } = await workers.sum([microbatch], () => undefined);
  return {
    loss: metrics["loss"] ?? Number.NaN,
    norm: Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0)),
    gradient,
  };
}

/** To 1e-5 of `scale`. */
function expectClose(found: number, expected: number, scale: number, name: string): void {
  expect(Math.abs(found - expected), `${name}: ${found} instead of ${expected}`).toBeLessThan(1e-5 * scale);
}

test("every option of every combination shows in the expected loss", () => {
  expect(combinations).toHaveLength(672);
  const loss = (each: Combination): number => floats(nameOf(each))[0] ?? Number.NaN;
  for (const each of combinations)
    for (const [name, values] of Object.entries(OPTIONS))
      for (const value of values) {
        if (each[name as Option] === value) continue;
        const other = { ...each, [name]: value } as Combination;
        const change = Math.abs(loss(each) - loss(other));
        expect(change, `${nameOf(each)} and ${nameOf(other)}`).toBeGreaterThan(1e-3);
      }
});

describe.each(OPTIONS.ratio)("with the ratio by %s", (ratio) => {
  describe.each(OPTIONS.bound)("%s", (bound) => {
    test.each(OPTIONS.correction)(
      "and the correction %s, loss and gradient are those of the formulas, whatever the other options",
      async (correction) => {
        const chosen = combinations.filter(
          (each) => each.ratio === ratio && each.bound === bound && each.correction === correction,
        );
        expect(chosen).toHaveLength(16);
        for (const each of chosen) {
          const [loss = 0, norm = 0, ...gradient] = floats(nameOf(each));
          const found = await compute(each);
          // The loss is a sum of terms of the order of 1. The gradient is told by its norm, and by parameters all over
          // the vector, to 1e-5 of that norm.
          expectClose(found.loss, loss, Math.max(1, Math.abs(loss)), `loss of ${nameOf(each)}`);
          expectClose(found.norm, norm, norm, `gradient norm of ${nameOf(each)}`);
          for (const [index, parameter] of parameters.entries()) {
            const name = `parameter ${parameter} of ${nameOf(each)}`;
            expectClose(found.gradient[parameter] ?? Number.NaN, gradient[index] ?? 0, norm, name);
          }
        }
      },
    );
  });
});
