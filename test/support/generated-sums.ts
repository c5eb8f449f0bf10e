import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packagePath } from "../../src/core/package-files.ts";
import type { PolicyScript } from "./scripted/scripted-policy.ts";

/** A generator of sums with the arms `small` and `large`, as a module without imports: any process can load it. */
export const SUMS = `export default {
  name: "sums",
  version: "1",
  options: { safeParse: (data) => ({ success: true, data }) },
  arms: () => ["small", "large"],
  generate({ arm, random }, { below = 1000 }) {
    const [a, b] = [random.integer(below), random.integer(below)];
    const large = arm === "large" ? 10000 : 0;
    return { problem: \`\${a} + \${b + large}\`, answer: String(a + b + large), terms: [a, b + large] };
  },
};
`;

/** What a test changes of the source of sums. */
type SourceChanges = Readonly<Record<string, unknown>>;

/**
 * Writes a generator and a file of facts into a folder, and gives a recipe that practises both.
 * @param source changes of the generated source.
 * @param module the generator's module.
 */
export function writeGeneratedSums(folder: string, source: SourceChanges = {}, module: string = SUMS) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "sums.mjs"), module);
  writeFileSync(
    join(folder, "facts.jsonl"),
    ["France Paris", "Italy Rome", "Peru Lima"]
      .map((fact) => fact.split(" "))
      .map(([problem, answer]) => `${JSON.stringify({ problem, answer })}\n`)
      .join(""),
  );
  return {
    steps: 3,
    problems: {
      sources: [
        { name: "sums", generate: "./sums.mjs", development: 6, test: 5, verifiers: [{ name: "numeric" }], ...source },
        { name: "facts", file: "facts.jsonl", test: "facts.jsonl", verifiers: [{ name: "exact" }] },
      ],
    },
    // The policy is scripted. A server of somebody's own has the characters that the tiny policy's tokenizer lacks.
    policy: { model: packagePath("policies/tiny"), url: "http://127.0.0.1:1" },
    verifiers: undefined,
    sampling: { groups: 6, group_size: 4, max_tokens: 20, concurrency: 3 },
    scaffold: { name: "none" },
    curriculum: { name: "sec", floor: 0.2 },
  };
}

/** A policy that adds rightly half of the time. */
export const addsHalf: PolicyScript["answer"] = ({ prompt, random }) => {
  const terms = prompt.split(" + ").map(Number);
  return random < 0.5 ? "0" : String(terms.reduce((sum, term) => sum + term, 0));
};
