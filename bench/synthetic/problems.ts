import { sha256 } from "../../src/core/files/files.ts";
import { packInt32 } from "../../src/core/pack.ts";
import type { Stream } from "../../src/core/random.ts";
import type { Insert } from "./inserts.ts";

export const ARMS = [
  "algebra",
  "counting",
  "geometry",
  "number-theory",
  "probability",
  "puzzles",
  "sequences",
  "units",
];
export const TIERS = ["knowledge", "planning", "solution"] as const;
const RARE_ARM = "olympiad";
/** Every so manyth problem is of the arm that is seldom drawn. */
const RARE_EVERY = 250;

/** A problem with what its rollouts need. */
export interface SyntheticProblem {
  readonly id: number;
  readonly arm: string;
  readonly answer: string;
  /** How far a policy has to have come to solve it half of the time, from 0 to 1 and beyond. */
  readonly difficulty: number;
  readonly promptId: number;
}

/** A set of problems with a prompt each. */
export function writeProblems(
  insert: Insert,
  random: Stream,
  set: string,
  count: number,
): [number, SyntheticProblem[]] {
  const setId = insert("problem_sets", sha256(set), `${set}.jsonl`);
  const problems = Array.from({ length: count }, (_, position): SyntheticProblem => {
    const arm = position % RARE_EVERY === 0 ? RARE_ARM : (ARMS[position % ARMS.length] as string);
    const [a, b] = [random.integer(10_000), random.integer(10_000)];
    const problem = `There are ${a} red stones and ${b} blue ones in the ${arm} box. How many stones are there in all?`;
    const answer = String(a + b);
    const hints = JSON.stringify({ knowledge: ["addition"], planning: ["add both"], solution: [`${a} + ${b}`] });
    const key = `${set}-${arm}-${String(position).padStart(5, "0")}`;
    const id = insert("problems", setId, position, key, arm, problem, answer, hints, "{}");
    const ids = packInt32(Array.from({ length: 40 }, () => random.integer(4000)));
    const promptId = insert("prompts", sha256(`${set} ${position}`), `${problem}\nGive the number.`, ids);
    return { id, arm, answer, difficulty: 1.3 * random.uniform() ** 1.5 - 0.1, promptId };
  });
  return [setId, problems];
}
