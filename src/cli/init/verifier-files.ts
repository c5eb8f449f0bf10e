/** The files of a verifier to start from, by name: it compares a response's last line with the reference answer. */
export function verifierFiles(name: string): Record<string, string> {
  return { [`${name}.ts`]: moduleText(name), [`${name}.test.ts`]: testText(name), "samples.jsonl": SAMPLES };
}

function moduleText(name: string): string {
  return `import { defineVerifier } from "rlvr";
import { z } from "zod";

/** Passes a response whose last line is the reference answer. Only its end is read: a response may be of any length. */
export default defineVerifier({
  name: "${name}",
  version: "1", // change it whenever a judgement could change
  options: z.strictObject({
    fold_case: z.boolean().default(true).describe("Upper and lower case are the same."),
  }),
  verify({ response, answer }, { fold_case }) {
    const normalise = (text: string) => (fold_case ? text.trim().toLowerCase() : text.trim());
    const extracted = normalise(response.slice(-1000).trimEnd().split("\\n").at(-1) ?? "");
    return { passed: extracted === normalise(answer), extracted };
  },
});
`;
}

function testText(name: string): string {
  return `import { test } from "node:test";
import { contractTests } from "rlvr/testing";

const tests = contractTests(new URL("./${name}.ts", import.meta.url), {
  passing: [
    { answer: "Paris", response: "The capital of France is\\nParis" },
    { answer: "Paris", response: "paris\\n" },
  ],
  failing: [
    { answer: "Paris", response: "Paris or Lyon" },
    { answer: "Paris", response: "Paris?\\nLyon" },
  ],
  answersPass: true,
});
for (const { name, run } of tests) test(name, run);
`;
}

const SAMPLES = [
  { problem: "What is the capital of France?", answer: "Paris", response: "It lies on the Seine:\nParis" },
  { problem: "What is the capital of Peru?", answer: "Lima", response: "It could be Cusco." },
]
  .map((sample) => `${JSON.stringify(sample)}\n`)
  .join("");
