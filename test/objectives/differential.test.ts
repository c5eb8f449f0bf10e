import { describe, expect, it } from "vitest";
import type { CreditedGroup } from "../../src/objectives/objective.ts";
import { overlongPenalty } from "../../src/objectives/overlong.ts";
import { configureObjective } from "../../src/objectives/registry.ts";
import { tokenWeights, weightModeSchema } from "../../src/objectives/weights.ts";
import { about, floats, goldenBatches, integers } from "./golden-groups.ts";
import { surrogateLoss, type SurrogateSequence } from "./surrogate-loss.ts";

const TOLERANCE = 1e-5;
const maxTokens = about.max_tokens;

/** The largest distance between values that should be the same, as a part of the expected where that is above 1. */
function deviation(values: readonly number[], expected: ArrayLike<number>): number {
  expect(values).toHaveLength(expected.length);
  return Math.max(...values.map((value, index) => distance(value, expected[index] ?? NaN)));
}

function distance(value: number, expected: number): number {
  return Math.abs(value - expected) / Math.max(1, Math.abs(expected));
}

/** What an objective gives all rollouts of all batches, in one list. */
function credited(
  name: string,
  options: Record<string, unknown>,
  of: (group: CreditedGroup) => readonly number[] | undefined,
  rewards = "rewards",
): number[] {
  const objective = configureObjective(name, options);
  return goldenBatches(rewards).flatMap((batch) => objective.credit(batch).flatMap((group) => of(group) ?? []));
}

describe("advantages of 1,000 random groups", () => {
  it.each([
    ["verl.advantages.grpo", "grpo", {}],
    ["verl.advantages.dr-grpo", "dr-grpo", { max_tokens: maxTokens }],
    ["verl.advantages.rloo", "rloo", {}],
    ["verl.advantages.reinforce-pp", "reinforce-pp", {}],
    ["verl.advantages.reinforce-pp-baseline", "reinforce-pp", { baseline: true }],
    ["verl.advantages.grpo", "dapo", {}],
    ["verl.advantages.grpo", "gspo", {}],
    ["verl.advantages.grpo", "cispo", {}],
    ["verl.advantages.grpo", "copo", {}],
    ["trl.advantages.grpo", "grpo", { eps: 1e-4 }],
    ["trl.advantages.grpo-batch", "grpo", { eps: 1e-4, scale: "batch" }],
    ["trl.advantages.dr-grpo", "dr-grpo", { max_tokens: maxTokens }],
    ["trl.advantages.rloo", "rloo", {}],
  ])("%s is %s %j", (expected, name, options) => {
    const advantages = credited(name, options, (group) => group.advantages);
    expect(deviation(advantages, floats(expected))).toBeLessThan(TOLERANCE);
  });

  it("maxrl is its formula", () => {
    const advantages = credited("maxrl", {}, (group) => group.advantages, "maxrl_rewards");
    expect(deviation(advantages, floats("formula.advantages.maxrl"))).toBeLessThan(TOLERANCE);
  });

  it.each([
    ["formula.copo.global", {}],
    ["formula.copo-consistency.global", { consistency: true }],
  ])("%s is copo's global advantage %j", (expected, options) => {
    const advantages = credited("copo", options, (group) => group.advantages2);
    expect(deviation(advantages, floats(expected))).toBeLessThan(TOLERANCE);
  });

  it("copo's local share is its formula", () => {
    const options = { weights: "token-mean" };
    const local = credited("copo", options, (group) => group.weights);
    const global = credited("copo", options, (group) => group.weights2);
    const shares = local.map((weight, index) => (weight === 0 ? 0 : weight / (weight + (global[index] ?? NaN))));
    expect(deviation(shares, floats("formula.copo.share"))).toBeLessThan(TOLERANCE);
  });
});

describe("weights of the same groups", () => {
  it.each([
    ...weightModeSchema.options.map((mode) => ["verl", mode] as const),
    ["trl", "token-mean"] as const,
    ["trl", "seq-mean-token-mean"] as const,
    ["trl", "seq-mean-token-sum-norm"] as const,
  ])("are those of %s by %s", (packageName, mode) => {
    const weights = goldenBatches().flatMap((batch) => tokenWeights(mode, batch, maxTokens).flat());
    const expected = floats(`${packageName}.weights.${mode}`);
    // Weights are small numbers: what counts is how far they are off as a part of themselves.
    const relative = weights.map((weight, index) =>
      weight === expected[index] ? 0 : weight / (expected[index] ?? 0) - 1,
    );
    expect(Math.max(...relative.map(Math.abs))).toBeLessThan(TOLERANCE);
  });
});

it("the overlong penalty is TRL's", () => {
  const penalties = [...integers("lengths")].map((length) => overlongPenalty(length, maxTokens, about.overlong_buffer));
  expect(deviation(penalties, floats("trl.overlong"))).toBeLessThan(TOLERANCE);
});

describe("the loss that an objective's settings describe", () => {
  it.each(
    about.variants.map((variant, index) => [variant.objective, variant.options, variant.package, index] as const),
  )("%s %j is that of %s", (objective, options, _, index) => {
    const expected = floats(`surrogate.loss.${index}`);
    const losses = Array.from(expected, (_value, at) => lossOfCase(at, configureObjective(objective, options)));
    expect(deviation(losses, expected)).toBeLessThan(TOLERANCE);
  });
});

/** The loss of one set of random log-probabilities, with the weights and the settings of an objective. */
function lossOfCase(index: number, objective: ReturnType<typeof configureObjective>): number {
  const rows = floats("surrogate.advantages").length / floats("surrogate.loss.0").length;
  const width = floats("surrogate.new").length / floats("surrogate.advantages").length;
  const places = Array.from({ length: rows }, (_, row) => index * rows + row);
  const lengths = places.map((place) => integers("surrogate.lengths")[place] ?? 0);
  const [credit] = objective.credit([{ rewards: lengths.map(() => 0), lengths }]);
  const sequences = places.map((place, row): SurrogateSequence => {
    const tokens = (name: string): number[] => [
      ...floats(`surrogate.${name}`).subarray(place * width, place * width + (lengths[row] ?? 0)),
    ];
    return {
      new: tokens("new"),
      old: tokens("old"),
      sampled: tokens("sampled"),
      reference: tokens("reference"),
      advantage: floats("surrogate.advantages")[place] ?? NaN,
      weight: credit?.weights[row] ?? NaN,
    };
  });
  return surrogateLoss(sequences, objective.surrogate);
}
