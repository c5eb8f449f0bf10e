import { describe, expect, it } from "vitest";
import { combinedVerifier, COMBINATORS } from "./combinators.ts";
import type { VerifierResult } from "./define-verifier.ts";

type Outcome = VerifierResult | null | Error;

const PASS = { passed: true };
const FAIL = { passed: false };
const CRASH = new Error("crashed");

async function combine(
  name: string,
  outcomes: readonly Outcome[],
  options: { weights?: number[]; pass_at?: number } = {},
) {
  const combinator = COMBINATORS.get(name);
  if (combinator === undefined) throw new Error(name);
  const verifier = combinedVerifier(
    name,
    combinator,
    outcomes.map((outcome, index) => ({
      name: `part-${index}`,
      weight: options.weights?.[index] ?? 1,
      judge: async () => {
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    })),
  );
  const input = { problem: {}, response: "", answer: "", truncated: false, signal: new AbortController().signal };
  return verifier.verify(input, { of: [], pass_at: options.pass_at ?? 1 });
}

describe("all", () => {
  it("passes when every part passes; its score is the lowest", async () => {
    expect(await combine("all", [PASS, PASS])).toMatchObject({ passed: true, score: 1 });
    expect(await combine("all", [PASS, { passed: false, score: 0.3 }])).toMatchObject({ passed: false, score: 0.3 });
  });

  it("fails where one fails, whatever crashed beside it, and is an error where the verdict hangs on the crash", async () => {
    expect(await combine("all", [CRASH, FAIL])).toMatchObject({ passed: false, score: 0 });
    await expect(combine("all", [PASS, CRASH])).rejects.toBe(CRASH);
  });
});

describe("any", () => {
  it("passes when one part passes; its score is the highest, its answer that of who passed", async () => {
    const outcomes = [
      { ...FAIL, extracted: "3" },
      { ...PASS, extracted: "4" },
    ];
    expect(await combine("any", outcomes)).toMatchObject({ passed: true, score: 1, extracted: "4" });
    expect(await combine("any", [FAIL, { passed: false, score: 0.5 }])).toMatchObject({ passed: false, score: 0.5 });
  });

  it("passes where one passes, whatever crashed beside it, and is an error where the verdict hangs on the crash", async () => {
    expect(await combine("any", [CRASH, PASS])).toMatchObject({ passed: true });
    await expect(combine("any", [FAIL, CRASH])).rejects.toBe(CRASH);
  });
});

describe("weighted", () => {
  it("scores the weighted mean and passes from pass_at on", async () => {
    const outcomes = [PASS, { passed: false, score: 0.5 }];
    expect(await combine("weighted", outcomes, { weights: [3, 1] })).toMatchObject({ passed: false, score: 0.875 });
    expect(await combine("weighted", outcomes, { weights: [3, 1], pass_at: 0.8 })).toMatchObject({ passed: true });
  });

  it("passes at full score although weights such as .1 do not add up exactly", async () => {
    const weights = [0.1, 0.2, 0.3, 0.1, 0.7];
    expect(await combine("weighted", [PASS, PASS, PASS, PASS, PASS], { weights })).toMatchObject({ passed: true });
  });

  it("is an error when a part crashed", async () => {
    await expect(combine("weighted", [PASS, CRASH])).rejects.toBe(CRASH);
  });
});

describe("every combinator", () => {
  it.each(["all", "any", "weighted"])(
    "%s leaves out who has nothing to say, and keeps what each said",
    async (name) => {
      expect(await combine(name, [null, PASS])).toMatchObject({
        passed: true,
        score: 1,
        details: [{ name: "part-0" }, { name: "part-1", passed: true }],
      });
      expect(await combine(name, [null, null])).toBeNull();
    },
  );
});
