import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadVerifier } from "../../../src/verifiers/load-verifier.ts";
import { crossCheck, isSameNumber } from "../../support/reference-answers.ts";

/** The final numbers of GSM8K's reference answers, facts without the problems: the file says where they are from. */
const numbers = JSON.parse(readFileSync(join(import.meta.dirname, "final-numbers.json"), "utf8")) as {
  readonly test: readonly string[];
  readonly train: readonly string[];
};

const WRITINGS: Readonly<Record<string, (number: string) => string>> = {
  hashes: (number) => `So that is it.\n#### ${number}`,
  box: (number) => `So it is $\\boxed{${number}}$.`,
  words: (number) => `The answer is ${number}.`,
};

it.each(["gsm8k", "math"].flatMap((name) => Object.keys(WRITINGS).map((writing) => ({ name, writing }))))(
  "$name passes each of GSM8K's 8,792 final numbers in $writing, and none against the next that differs",
  async ({ name, writing }) => {
    const write = WRITINGS[writing]!;
    const problems = [...numbers.test, ...numbers.train].map((answer) => ({ answer, response: write(answer) }));
    expect(problems).toHaveLength(8792);
    expect(await crossCheck(await loadVerifier(name), problems, isSameNumber)).toEqual({ rejected: [], accepted: [] });
  },
);
