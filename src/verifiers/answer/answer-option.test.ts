import { describe, expect, it } from "vitest";
import { openVerifier } from "../open-verifier.ts";

interface Judging {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly truncated?: boolean;
}

async function passes(
  name: string,
  response: string,
  { options: given = {}, truncated = false }: Judging = {},
): Promise<boolean> {
  const { verifier, options } = await openVerifier(name, given);
  const { signal } = new AbortController();
  const result = await verifier.verify({ problem: {}, response, answer: "42", truncated, signal }, options);
  return result?.passed ?? false;
}

const STATED = ["So $\\boxed{42}$.", "The answer is 42.", "#### 42", "答案：42", "La réponse est 42."];

describe.each(["math", "numeric", "gsm8k"])("%s", (verifier) => {
  it("takes what a response states by default", async () => {
    for (const response of STATED) expect(await passes(verifier, response)).toBe(true);
  });

  it("takes a guess by default, unless it is gsm8k", async () => {
    for (const response of ["so it is 42", "42"]) {
      expect(await passes(verifier, response)).toBe(verifier !== "gsm8k");
      expect(await passes(verifier, response, { options: { answer: "any" } })).toBe(true);
    }
  });

  it("takes no guess with `stated`", async () => {
    const options = { answer: "stated" };
    for (const response of STATED) expect(await passes(verifier, response, { options })).toBe(true);
    expect(await passes(verifier, "so it is 42", { options })).toBe(false);
  });

  it("takes nothing but boxes with `boxed`", async () => {
    const options = { answer: "boxed" };
    expect(await passes(verifier, "So $\\boxed{42}$.", { options })).toBe(true);
    expect(await passes(verifier, "So $\\boxed{41}$. The final answer is 42.", { options })).toBe(false);
    for (const response of ["The answer is 42.", "#### 42", "42"])
      expect(await passes(verifier, response, { options })).toBe(false);
  });

  it.each([
    "42. We need to find",
    "42",
    "so it is 42 and",
    "The answer is 42",
    "The answer is 42.",
    "The answer is 42 or",
    "The answer is 42 and a",
    "#### 42",
    "#### 42,",
    "\\boxed{42",
    "The answer is \\boxed{42",
    "The answer is $\\boxed{42",
    "The answer is found by adding 42 to 7. Then",
    "<answer>42",
    "答案是42",
  ])("passes no cut completion that has not stated its answer: %j", async (response) => {
    expect(await passes(verifier, response, { truncated: true })).toBe(false);
  });

  it.each([
    "\\boxed{42} is the answer bec",
    "The answer is 42 because 6 times",
    "The answer is 42. Let us",
    "**Answer: 42**\n",
    "#### 42\n\nLet us ch",
    "答案是42。因此",
    "答案是42，因为",
  ])("passes a cut completion that has stated its answer: %j", async (response) => {
    expect(await passes(verifier, response, { truncated: true })).toBe(true);
  });

  it("guesses at a cut completion only with answer: any", async () => {
    const options = { answer: "any" };
    expect(await passes(verifier, "so it is 42 and", { options, truncated: true })).toBe(true);
  });

  it("never reads a box that is not closed", async () => {
    for (const response of ["\\boxed{42", "The answer is \\boxed{42", "so $\\boxed{ 42$"])
      expect(await passes(verifier, response)).toBe(false);
    expect(await passes(verifier, "\\boxed{41\nThe answer is 42.")).toBe(true);
  });
});

it("reads the whole response with `read: whole`, unless it was cut", async () => {
  const options = { read: "whole" };
  expect(await passes("numeric", "42", { options })).toBe(true);
  expect(await passes("numeric", "42", { options, truncated: true })).toBe(false);
  expect(await passes("numeric", "so 42", { options })).toBe(false);
  const boxed = { read: "whole", answer: "boxed" };
  expect(await passes("numeric", "so \\boxed{42}", { options: boxed })).toBe(true);
  expect(await passes("numeric", "so \\boxed{it is 42}", { options: boxed })).toBe(false);
});
