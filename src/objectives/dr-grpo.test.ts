import { expect, it } from "vitest";
import { advantagesOf, creditOf } from "../../test/objectives/credit-of.ts";
import { configureObjective } from "./registry.ts";

it("takes the mean off and divides by nothing", () => {
  const options = { max_tokens: 10 };
  expect(advantagesOf("dr-grpo", [[1, 0, 0, 0]], options)[0]).toEqual([0.75, -0.25, -0.25, -0.25]);
  expect(advantagesOf("dr-grpo", [[1, null, 0]], options)[0]).toEqual([0.5, 0, -0.5]);
});

it("weighs every token alike, whatever the completion's length", () => {
  const [group] = creditOf("dr-grpo", [{ rewards: [1, 0], lengths: [3, 7] }], { max_tokens: 10 });
  expect(group?.weights).toEqual([1 / 20, 1 / 20]);
});

it("asks for max_tokens, unless other weights are chosen", () => {
  expect(() => configureObjective("dr-grpo")).toThrow("max_tokens");
  expect(() => configureObjective("dr-grpo", { weights: "token-mean" })).not.toThrow();
});
