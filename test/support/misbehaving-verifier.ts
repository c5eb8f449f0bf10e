import { fileURLToPath } from "node:url";
import type { VerifierPool } from "../../src/verifiers/pool/pool.ts";
import type { Verdict } from "../../src/verifiers/verdict.ts";

/** A verifier that does what the response asks for. */
export const MISBEHAVING = fileURLToPath(new URL("../verifiers/fixtures/misbehaving.ts", import.meta.url));

/** Verdicts of the verifier that does what responses ask for. */
export function judgeMisbehaving(
  pool: VerifierPool,
  responses: readonly string[],
  deadlineMs = 10_000,
): Promise<Verdict[]> {
  const items = responses.map((response) => ({ problem: { arm: "sums" }, response, answer: "right" }));
  return pool.verifyGroup({ verifier: MISBEHAVING, items, deadlineMs, memoryMb: 300 });
}

/** The process that judges next in a pool of one worker. */
export async function workerPid(pool: VerifierPool): Promise<number> {
  const [verdict] = await judgeMisbehaving(pool, ["pid"]);
  return Number(verdict?.status === "ok" ? verdict.extracted : Number.NaN);
}

export const statuses = (verdicts: readonly Verdict[]): string[] => verdicts.map((verdict) => verdict.status);
