import { RlvrError } from "../core/errors.ts";
import type { CreditedGroup, RewardGroup } from "./objective.ts";

/**
 * Adds the credit of a teacher to that of the rewards: token by token where there is a reward; zeros where it is null,
 * as those tokens have no weight.
 * @throws RlvrError `bad_recipe` when a group lacks log-probabilities of either policy, or has too few or too many.
 */
export function withTeacherCredit(
  groups: readonly RewardGroup[],
  credited: readonly CreditedGroup[],
  coefficient: number,
): CreditedGroup[] {
  return credited.map((credit, index) => {
    const { rewards, lengths, logprobs, teacherLogprobs } = groups[index] as RewardGroup;
    if (logprobs === undefined || teacherLogprobs === undefined)
      throw lacking(logprobs === undefined ? "the sampler's" : "the teacher's", coefficient);
    const tokenAdvantages = rewards.map((reward, rollout) => {
      const length = lengths[rollout] ?? 0;
      if (reward === null) return Array.from({ length }, () => 0);
      const student = tokensOf(logprobs, rollout, length, "the sampler's");
      const teacher = tokensOf(teacherLogprobs, rollout, length, "the teacher's");
      return distilledAdvantages(credit.advantages[rollout] ?? 0, student, teacher, coefficient);
    });
    return { ...credit, tokenAdvantages };
  });
}

/**
 * Advantage of each token of a rollout under on-policy distillation (arXiv 2306.13649; reverse KL token by token): the
 * rollout's own advantage minus `coefficient` x (log-probability under the student - under the teacher).
 * @param student log-probability of each token under the policy that sampled it, `teacher` of the same under the teacher.
 */
export function distilledAdvantages(
  advantage: number,
  student: readonly number[],
  teacher: readonly number[],
  coefficient: number,
): number[] {
  return student.map((logprob, token) => advantage - coefficient * (logprob - (teacher[token] ?? NaN)));
}

function lacking(whose: string, coefficient: number): RlvrError {
  return new RlvrError(
    "bad_recipe",
    `teacher_coef is ${coefficient}, but a group comes without ${whose} log-probabilities`,
    {
      advice:
        "Set teacher_coef to 0, or give every group the log-probabilities of its tokens under student and teacher.",
    },
  );
}

function tokensOf(
  all: readonly (readonly number[])[],
  index: number,
  length: number,
  whose: string,
): readonly number[] {
  const own = all[index] ?? [];
  if (own.length === length) return own;
  throw new RlvrError("bad_recipe", `a rollout of ${length} tokens has ${own.length} of ${whose} log-probabilities`, {
    advice: "Give one log-probability a token, of the same tokens under both policies.",
  });
}
