import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { packagePath } from "../../src/core/package-files.ts";

/**
 * Writes a recipe that does all a run can do, but little of it: a few steps of a few groups on the shipped policy, with
 * hints, replaced groups and evaluations. Returns its path.
 */
export function writeSmallRecipe(folder: string, changes: Readonly<Record<string, unknown>> = {}): string {
  mkdirSync(folder, { recursive: true });
  const arms = ["add", "sub", "mul-rev"];
  const recipe = {
    name: "small",
    seed: 5,
    steps: 3,
    problems: {
      practice: "practice.jsonl",
      development: "development.jsonl",
      test: "test.jsonl",
      prompt: packagePath("prompts/microcosm.md"),
    },
    policy: { model: packagePath("policies/tiny") },
    sampling: { groups: 6, group_size: 4, max_tokens: 8, concurrency: 3, filter: "zero_variance", refill: 3 },
    verifiers: [{ name: "exact" }],
    objective: { name: "grpo", old: "recompute" },
    scaffold: { name: "scaf-grpo", exemption: 0.3, trained_under: "fading" },
    curriculum: { name: "sec", floor: 0.2 },
    trainer: { epochs: 2, learning_rate: 0.001 },
    evaluation: { every: 2, samples: 2 },
    ...changes,
  };
  for (const [set, perArm] of [
    ["practice", 20],
    ["development", 3],
    ["test", 3],
  ] as const)
    writeFileSync(join(folder, `${set}.jsonl`), problemLines(set, arms, perArm));
  const path = join(folder, "recipe.yaml");
  writeFileSync(path, stringify(recipe));
  return path;
}

function problemLines(set: string, arms: readonly string[], perArm: number): string {
  const lines = readFileSync(packagePath(`curricula/microcosm/${set}.jsonl`), "utf8")
    .trim()
    .split("\n");
  const ofArm = (arm: string): string[] => lines.filter((line) => (JSON.parse(line) as { arm: string }).arm === arm);
  return `${arms.flatMap((arm) => ofArm(arm).slice(0, perArm)).join("\n")}\n`;
}
