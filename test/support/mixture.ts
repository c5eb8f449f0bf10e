import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packagePath } from "../../src/core/package-files.ts";
import type { PolicyScript } from "./scripted/scripted-policy.ts";

/** Problems of a source's file. */
type Rows = readonly Readonly<Record<string, unknown>>[];

const SUMS: Rows = [..."123456"].flatMap((n) => [
  { problem: `${n} + 2`, answer: String(Number(n) + 2), arm: "add" },
  { problem: `9 - ${n}`, answer: String(9 - Number(n)), arm: "sub" },
]);
const CAPITALS: Rows = Object.entries({
  France: "Paris",
  Italy: "Rome",
  Spain: "Madrid",
  Peru: "Lima",
  Cuba: "Havana",
}).map(([country, answer]) => ({ problem: `Capital of ${country}?`, answer }));
const ORDERS: Rows = ["red", "blue", "green"].map((word) => ({
  problem: `Say "${word}".`,
  answer: "",
  instruction_id_list: ["keywords:existence"],
  kwargs: [{ keywords: [word] }],
}));

/** What a test changes of the sources of a mixture, by their names. */
type SourceChanges = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * A mixture of sums, facts and orders as a recipe has it: three verifiers, and two prompts, of which facts and orders share
 * one.
 */
export function mixtureRecipe(changes: SourceChanges = {}) {
  const sources = [
    {
      name: "maths",
      file: "sums.jsonl",
      development: "sums.jsonl",
      prompt: "count.md",
      verifiers: [{ name: "numeric" }],
    },
    { name: "facts", file: "capitals.jsonl", development: "capitals.jsonl", test: "capitals.jsonl" },
    { name: "orders", file: "orders.jsonl", test: "orders.jsonl", verifiers: [{ name: "instructions" }] },
  ].map((source) => ({ ...source, ...changes[source.name] }));
  return {
    steps: 2,
    problems: { sources, prompt: "ask.md" },
    // The policy is scripted. A server of somebody's own has the characters that the tiny policy's tokenizer lacks.
    policy: { model: packagePath("policies/tiny"), url: "http://127.0.0.1:1" },
    verifiers: [{ name: "exact" }],
    sampling: { groups: 6, group_size: 4, max_tokens: 20, concurrency: 3 },
    scaffold: { name: "none" },
    curriculum: { name: "sec", floor: 0.2 },
  };
}

/** Writes the files of a mixture into a folder, and gives its recipe. */
export function writeMixture(folder: string, changes?: SourceChanges): ReturnType<typeof mixtureRecipe> {
  mkdirSync(folder, { recursive: true });
  for (const [name, rows] of Object.entries({ sums: SUMS, capitals: CAPITALS, orders: ORDERS }))
    writeFileSync(join(folder, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(folder, "count.md"), "Count: {{ problem }}");
  writeFileSync(join(folder, "ask.md"), "Q: {{ problem }}");
  return mixtureRecipe(changes);
}

const ANSWERS = new Map(
  [...SUMS, ...CAPITALS, ...ORDERS].map(({ problem, answer }) => [String(problem), String(answer)]),
);

/** A policy that answers half of a mixture's problems rightly. */
export const halfRight: PolicyScript["answer"] = ({ prompt, random }) => {
  const asked = prompt.slice(prompt.indexOf(": ") + 2);
  if (random < 0.5) return "?";
  return ANSWERS.get(asked) || (/"(.*)"/.exec(asked)?.[1] ?? "?");
};
