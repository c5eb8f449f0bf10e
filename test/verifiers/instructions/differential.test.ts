import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { instructions } from "../../../src/verifiers/library/instructions.ts";
import { judgeResponse } from "../../../src/verifiers/pool/judge-response.ts";

/** A pair of the differential set: README.md. */
interface Pair {
  readonly id: string;
  readonly instruction: string;
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly response: string;
  readonly lm_eval: boolean;
}

/** Where we differ from lm-eval, and why: README.md. */
const DISAGREEMENTS = [
  "language:response_language 13",
  "length_constraints:number_sentences 2",
  "detectable_content:number_placeholders 24",
  "detectable_format:number_bullet_lists 24",
  "detectable_format:json_format 5",
  "detectable_format:json_format 6",
  "detectable_format:json_format 21",
  "detectable_format:json_format 24",
  "change_case:english_capital 8",
  "change_case:english_capital 14",
];

const OPTIONS = { score: "passed", accuracy: "strict" } as const;

const PAIRS = readFileSync(join(import.meta.dirname, "differential.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Pair);

async function follows({ instruction, kwargs, response }: Pair): Promise<boolean> {
  const problem = { instruction_id_list: [instruction], kwargs: [kwargs] };
  const judgement = await judgeResponse(instructions, OPTIONS, { problem, response, answer: "" }, 10_000);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  return judgement.passed;
}

it("has as many pairs of each instruction that lm-eval finds followed as others", () => {
  const kinds = Map.groupBy(PAIRS, ({ instruction }) => instruction);
  expect(kinds.size).toBe(25);
  for (const pairs of kinds.values()) expect(pairs.map((pair) => pair.lm_eval).filter(Boolean)).toHaveLength(12);
  expect(PAIRS).toHaveLength(600);
});

it("agrees with lm-eval but for the pairs that are named, with who is right", async () => {
  const differing: string[] = [];
  for (const pair of PAIRS) if ((await follows(pair)) !== pair.lm_eval) differing.push(pair.id);
  expect(differing).toEqual(DISAGREEMENTS);
});
