import { z } from "zod";
import { defineVerifier } from "../define-verifier.ts";
import { readInstructions, type AskedInstruction } from "../instructions/read-instructions.ts";

const options = z.strictObject({
  score: z
    .enum(["passed", "fraction"])
    .default("passed")
    .describe("1 when every instruction is followed and else 0, or the fraction of them that is followed."),
  accuracy: z
    .enum(["strict", "loose"])
    .default("strict")
    .describe(
      "What decides: the response as it is, or (loose) any of it without its first line, its last line and its asterisks.",
    ),
});

/** A longer response follows nothing. */
const MAX_CHARACTERS = 200_000;

/**
 * Passes a response that follows every instruction of its problem, by IFEval's ids and arguments (Zhou et al. 2023,
 * arXiv 2311.07911) in the problem's fields `instruction_id_list` and `kwargs`. An empty response follows none. It does
 * not look at the answer. An unknown id or a wrong argument throws, with the nearest name. The details say of each
 * instruction, in order, whether it was followed: `followed` strictly, `loose` by IFEval's loose accuracy.
 */
export const instructions = defineVerifier({
  name: "instructions",
  version: "2",
  options,
  checkProblem: (problem) => void readInstructions(problem),
  async verify({ problem, response }, { score, accuracy }) {
    const asked = readInstructions(problem);
    const [strictly = "", ...others] = response.length <= MAX_CHARACTERS ? looseTexts(response) : [];
    const [followed, loose]: [boolean[], boolean[]] = [[], []];
    for (const each of asked) {
      const isFollowed = await followsAny(each, [strictly]);
      followed.push(isFollowed);
      loose.push(isFollowed || (await followsAny(each, others)));
    }
    const deciding = accuracy === "loose" ? loose : followed;
    const share = deciding.filter(Boolean).length / deciding.length;
    return {
      passed: share === 1,
      score: score === "fraction" ? share : undefined,
      details: { followed, loose },
    };
  },
});

async function followsAny({ instruction, kwargs }: AskedInstruction, texts: readonly string[]): Promise<boolean> {
  for (const text of texts) if (text.trim() !== "" && (await instruction.follows(text, kwargs))) return true;
  return false;
}

/** A response and, different from it, what IFEval's loose accuracy looks at: without its first line, its last line, both, and all of these without asterisks. */
function looseTexts(response: string): string[] {
  const lines = response.split("\n");
  const parts = [lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)].map((part) => part.join("\n").trim());
  const texts = [response, ...parts];
  return [...new Set([...texts, ...texts.map((text) => text.replaceAll("*", ""))])];
}
