import { RlvrError } from "../core/errors.ts";
import type { TeacherOptions } from "./objective-options.ts";
import type { RewardGroup } from "./objective.ts";

/** Whether options ask for a teacher's log-probabilities with every group. */
export function needsTeacher(options: TeacherOptions): boolean {
  return options.teacher_coef > 0;
}

/**
 * Advantage of each token of each rollout under on-policy distillation (arXiv 2306.13649; reverse KL token by token):
 * the rollout's own advantage minus `coefficient` x (log-probability under the student - under the teacher). Zeros
 * where the reward is null, as those tokens have no weight.
 * @param advantages of the group's rollouts.
 * @throws RlvrError `bad_recipe` when the group lacks log-probabilities of either policy, or has too few or too many.
 */
export function distilledAdvantages(
  group: RewardGroup,
  advantages: readonly number[],
  coefficient: number,
): number[][] {
  const { logprobs, teacherLogprobs } = group;
  if (logprobs === undefined || teacherLogprobs === undefined) {
    const missing = logprobs === undefined ? "the sampler's" : "the teacher's";
    throw new RlvrError(
      "bad_recipe",
      `teacher_coef is ${coefficient}, but a group comes without ${missing} log-probabilities`,
      {
        advice:
          "Set teacher_coef to 0, or give every group the log-probabilities of its tokens under student and teacher.",
      },
    );
  }
  return group.rewards.map((reward, index) => {
    const length = group.lengths[index] ?? 0;
    if (reward === null) return Array.from({ length }, () => 0);
    const student = tokensOf(logprobs, index, length, "the sampler's");
    const teacher = tokensOf(teacherLogprobs, index, length, "the teacher's");
    const advantage = advantages[index] ?? 0;
    return student.map((logprob, token) => advantage - coefficient * (logprob - (teacher[token] ?? NaN)));
  });
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
