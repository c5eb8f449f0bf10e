import { expect, test } from "vitest";
import { estimateCost } from "./estimate.ts";

test("prompts are counted by their characters, four a token, and priced by the million", () => {
  const messages = [
    { role: "user", content: "x".repeat(4000) },
    { role: "assistant", content: "x".repeat(2) },
  ] as const;
  const calls = [
    { messages, retries: 3 },
    { messages: messages.slice(0, 1), retries: 1 },
  ];
  const estimate = { calls: 2, mostCalls: 6, promptTokens: 2001, completionTokens: 1200 };
  expect(estimateCost(calls, undefined)).toEqual({ ...estimate, price: null });
  expect(estimateCost(calls, { input: 1000, output: 10_000 })).toEqual({ ...estimate, price: 2.001 + 12 });
  expect(estimateCost([], { input: 1, output: 1 })).toMatchObject({ calls: 0, mostCalls: 0, price: 0 });
});
