import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { packagePath } from "../../core/package-files.ts";

/** The files of a recipe to start from, by name: the easier arms of the microcosm, which the shipped policy learns within some dozen steps. */
export function recipeFiles(name: string): Record<string, string> {
  const arms = ["add", "add-rev", "sub", "sub-rev"];
  const recipe = {
    name,
    seed: 1,
    steps: 40,
    problems: { practice: "problems.jsonl", development: "held-out.jsonl", prompt: "prompt.md" },
    policy: { model: packagePath("policies/tiny") },
    sampling: { groups: 16, group_size: 8, max_tokens: 8 },
    verifiers: [{ name: "exact" }],
    objective: { name: "grpo", clip_high: 0.28 },
    curriculum: { name: "uniform" },
    trainer: { epochs: 2, learning_rate: 0.0007 },
    evaluation: { every: 20, samples: 4 },
  };
  return {
    "recipe.yaml": stringify(recipe),
    "problems.jsonl": problemLines("practice", arms, 100),
    "held-out.jsonl": problemLines("development", arms, 16),
    "prompt.md": readFileSync(packagePath("prompts/microcosm.md"), "utf8"),
  };
}

/** The first problems of each arm of a set of the microcosm, as JSON Lines. */
function problemLines(set: string, arms: readonly string[], perArm: number): string {
  const lines = readFileSync(packagePath(`curricula/microcosm/${set}.jsonl`), "utf8")
    .trim()
    .split("\n");
  const armOf = (line: string): string => (JSON.parse(line) as { arm: string }).arm;
  return arms.flatMap((arm) => lines.filter((line) => armOf(line) === arm).slice(0, perArm)).join("\n") + "\n";
}
