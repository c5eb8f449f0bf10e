import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Verifier } from "../../src/verifiers/define-verifier.ts";
import { judgeResponse } from "../../src/verifiers/pool/judge-response.ts";

/** A pair of the differential set: test/verifiers/math/README.md. */
export interface DifferentialPair {
  readonly id: string;
  readonly stratum: string;
  /** What the pair was built as: the truth. */
  readonly kind: "correct" | "equivalent" | "corrupted";
  readonly answer: string;
  readonly response: string;
  /** The recorded verdict of math-verify. */
  readonly math_verify: boolean;
}

/** The differential set of `math`, in order. */
export function differentialSet(): DifferentialPair[] {
  const file = join(import.meta.dirname, "../verifiers/math/differential.jsonl");
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as DifferentialPair);
}

/** Whether a verifier passes the response; null when its verdict is not `ok`. */
export async function passes(
  verifier: Verifier,
  options: unknown,
  { answer, response }: DifferentialPair,
): Promise<boolean | null> {
  const judgement = await judgeResponse(verifier, options, { problem: {}, response, answer }, 10_000);
  return judgement.status === "ok" ? judgement.passed : null;
}
