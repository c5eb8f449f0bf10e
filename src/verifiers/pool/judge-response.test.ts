import { expect, it } from "vitest";
import { z } from "zod";
import { defineVerifier, type VerifierInput, type VerifierResult } from "../define-verifier.ts";
import { judgeResponse } from "./judge-response.ts";

function judge(verify: (input: VerifierInput) => VerifierResult | Promise<VerifierResult>, deadlineMs = 10_000) {
  const verifier = defineVerifier({ name: "own", version: "1", options: z.strictObject({}), verify });
  return judgeResponse(verifier, {}, { problem: {}, response: "", answer: "" }, deadlineMs);
}

it("takes the signal for the deadline, however the verifier then ends", async () => {
  for (let round = 0; round < 30; round++) {
    const rejects = judge(
      ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      5,
    );
    const resolves = judge(
      ({ signal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve({ passed: true }))),
      5,
    );
    expect((await rejects).status).toBe("timeout");
    expect((await resolves).status).toBe("timeout");
  }
});

it("does not let a late answer of a verifier that blocked its thread count", async () => {
  const judgement = await judge(() => {
    const until = performance.now() + 20;
    while (performance.now() < until);
    return { passed: true };
  }, 10);
  expect(judgement).toMatchObject({ status: "timeout", error: expect.stringContaining("10 ms") });
});

it("keeps details that JSON can hold, and only those", async () => {
  expect(await judge(() => ({ passed: true, details: { at: new Date(0) } }))).toMatchObject({
    details: { at: "1970-01-01T00:00:00.000Z" },
  });
  expect(await judge(() => ({ passed: true, details: 1n }))).toMatchObject({ status: "error" });
});

it("names what is wrong with a result", async () => {
  const judgement = await judge(() => JSON.parse('{"passed": "yes"}') as VerifierResult);
  expect(judgement).toMatchObject({ status: "error", error: expect.stringContaining("passed") });
});
