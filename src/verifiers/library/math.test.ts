import { describe, expect, it } from "vitest";
import { checkOptions } from "../../core/check-options.ts";
import { judgeResponse } from "../pool/judge-response.ts";
import { math } from "./math.ts";

async function judge(response: string, answer: string, options: Record<string, unknown> = {}) {
  const item = { problem: {}, response, answer };
  return judgeResponse(math, checkOptions(math.options, options, "math"), item, 1000);
}

async function passes(response: string, answer: string, options: Record<string, unknown> = {}): Promise<boolean> {
  const judgement = await judge(response, answer, options);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  return judgement.passed;
}

describe("math", () => {
  it.each([["1/2", "0.5"]])("%s = %s", async (gold, response) => {
    expect(await passes(String.raw`\boxed{${response}}`, gold)).toBe(true);
  });
});
