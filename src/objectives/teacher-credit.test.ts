import { describe, expect, it } from "vitest";
import { creditOf } from "../../test/objectives/credit-of.ts";

const STUDENT = [-0.1, -2, -0.5];
const TEACHER = [-0.2, -0.5, -3.5];
const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 9));

describe("teacher_coef", () => {
  const group = {
    rewards: [0, 0],
    lengths: [3, 1],
    logprobs: [STUDENT, [-1]],
    teacherLogprobs: [TEACHER, [-1]],
  };

  it("credits each token by how much more the teacher likes it", () => {
    const [credited] = creditOf("grpo", [group], { teacher_coef: 1 });
    expect(credited?.tokenAdvantages).toEqual([close([-0.1, 1.5, -3]), [0]]);
    expect(credited?.advantages).toEqual([0, 0]);
  });

  it("is added to the rollout's own advantage", () => {
    const [credited] = creditOf("grpo", [{ ...group, rewards: [1, 0] }], { teacher_coef: 2, scale: "none" });
    expect(credited?.tokenAdvantages).toEqual([close([0.3, 3.5, -5.5]), [-0.5]]);
  });

  it("gives no token credit where the reward is missing, not even a teacher's", () => {
    const unscored = { ...group, rewards: [null, 0], teacherLogprobs: [[], [-1]] };
    expect(creditOf("grpo", [unscored], { teacher_coef: 1 })[0]?.tokenAdvantages).toEqual([[0, 0, 0], [0]]);
  });

  it("is all the credit that the objective distillation gives, whatever the rewards", () => {
    const credited = creditOf("distillation", [{ ...group, rewards: [1, 0] }])[0];
    expect(credited?.tokenAdvantages).toEqual([close([-0.1, 1.5, -3]), [0]]);
    expect(credited?.advantages).toEqual([0, 0]);
    expect(credited?.weights).toEqual([0.25, 0.25]);
  });

  it("is off by default: no tokens are told apart", () => {
    expect(creditOf("grpo", [group])[0]).not.toHaveProperty("tokenAdvantages");
  });

  it.each([
    ["the teacher's", { rewards: [1, 0], lengths: [1, 1], logprobs: [[-1], [-1]] }],
    ["the sampler's", { rewards: [1, 0], lengths: [1, 1], teacherLogprobs: [[-1], [-1]] }],
    ["2 of the teacher's", { rewards: [1], lengths: [3], logprobs: [STUDENT], teacherLogprobs: [[-1, -1]] }],
  ])("refuses groups that lack %s log-probabilities", (missing, lacking) => {
    expect(() => creditOf("grpo", [lacking], { teacher_coef: 0.5 })).toThrow(missing);
  });
});
