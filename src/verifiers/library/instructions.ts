import { z } from "zod";
import { defineVerifier } from "../define-verifier.ts";
import { readInstructions } from "../instructions/read-instructions.ts";

const options = z.strictObject({
  score: z
    .enum(["passed", "fraction"])
    .default("passed")
    .describe("1 when every instruction is followed and else 0, or the fraction of them that is followed."),
});

/** A longer response follows nothing. */
const MAX_CHARACTERS = 200_000;

/**
 * Passes a response that follows every instruction of its problem: IFEval's strict accuracy (Zhou et al. 2023,
 * arXiv 2311.07911), with its ids and arguments in the problem's fields `instruction_id_list` and `kwargs`. An empty
 * response follows none. It does not look at the answer. An unknown id or a wrong argument throws, with the nearest name.
 * The details tell of each instruction, in order, whether it was followed.
 */
export const instructions = defineVerifier({
  name: "instructions",
  version: "2",
  options,
  checkProblem: (problem) => void readInstructions(problem),
  async verify({ problem, response }, { score }) {
    const asked = readInstructions(problem);
    const isReadable = response.trim() !== "" && response.length <= MAX_CHARACTERS;
    const followed: boolean[] = [];
    for (const { instruction, kwargs } of asked) {
      followed.push(isReadable && (await instruction.follows(response, kwargs)));
    }
    const share = followed.filter(Boolean).length / followed.length;
    return {
      passed: share === 1,
      score: score === "fraction" ? share : undefined,
      details: { followed },
    };
  },
});
