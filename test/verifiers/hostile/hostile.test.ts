import { afterAll, beforeAll, expect, it } from "vitest";
import { createVerifierPool, type VerifierPool } from "../../../src/verifiers/pool/pool.ts";
import type { Verdict } from "../../../src/verifiers/verdict.ts";
import { CORPUS, DEADLINE_MS, MEMORY_MB, type HostileCase } from "./corpus.ts";

/** What a worker may need to notice a missed deadline, to be killed, and a busy machine to get round to it. */
const SLACK_MS = 1500;

let pool: VerifierPool;
beforeAll(() => {
  pool = createVerifierPool({ workers: 2 });
});
afterAll(() => pool.close());

async function judge({ verifier, options, problem = {}, answer, response }: HostileCase): Promise<Verdict> {
  const call = { verifier, options, deadlineMs: DEADLINE_MS, memoryMb: MEMORY_MB };
  const [verdict] = await pool.verifyGroup({ ...call, items: [{ problem, answer, response }] });
  if (verdict === undefined) throw new Error("a call ended without a verdict");
  return verdict;
}

it("is a corpus of 40 responses or more, none of them twice", () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(40);
  expect(new Set(CORPUS.map(({ title }) => title)).size).toBe(CORPUS.length);
});

it.each(CORPUS.map((hostile) => [hostile.title, hostile] as const))("%s", async (_, hostile) => {
  const verdict = await judge(hostile);
  expect(verdict.status, "error" in verdict ? verdict.error : "").toBe(hostile.status);
  expect(verdict.status === "ok" && verdict.passed).toBe(false);
  expect(verdict.runMs).toBeLessThan(DEADLINE_MS + SLACK_MS);
});

it("a group of them keeps its honest members' verdicts", async () => {
  const { verifier, answer } = CORPUS.find(({ response }) => response === "spin")!;
  const responses = ["right", "spin", "right", "exit", "throw", "right"];
  const items = responses.map((response) => ({ problem: {}, response, answer }));
  const verdicts = await pool.verifyGroup({ verifier, items, deadlineMs: DEADLINE_MS, memoryMb: MEMORY_MB });
  expect(verdicts.map(({ status }) => status)).toEqual(["ok", "timeout", "ok", "error", "error", "ok"]);
});

it("afterwards a thousand ordinary calls pass", async () => {
  const calls = Array.from({ length: 1000 }, async (_, index) => {
    const verifier = index % 2 === 0 ? "math" : "numeric";
    const items = [{ problem: {}, response: `The answer is ${index}.`, answer: String(index) }];
    return (await pool.verifyGroup({ verifier, items, deadlineMs: DEADLINE_MS, memoryMb: MEMORY_MB }))[0];
  });
  const verdicts = await Promise.all(calls);
  expect(verdicts.filter((verdict) => verdict?.status === "ok" && verdict.passed)).toHaveLength(1000);
});
