import { Argument, Command } from "commander";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { RlvrError } from "../../core/errors.ts";
import { isPresent } from "../../core/files.ts";
import { packagePath } from "../../core/package-files.ts";
import { jsonOption } from "../common-options.ts";
import { userPath } from "../user-path.ts";

/** `rlvr init recipe NAME`: a recipe with its own problems and prompt, ready to run and to change. */
export function initCommand(): Command {
  return new Command("init")
    .description("write a recipe of your own, with its problems and prompt, ready to run")
    .addArgument(new Argument("<what>", "what to write").choices(["recipe"]))
    .argument("<name>", "a new folder")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Example:
  rlvr init recipe my-first     writes my-first/recipe.yaml, problems.jsonl, held-out.jsonl, prompt.md
  rlvr run my-first/recipe.yaml`,
    )
    .action((_what: string, name: string, { json }: { readonly json: boolean }) => {
      const folder = userPath(name);
      if (isPresent(folder)) {
        throw new RlvrError("bad_usage", `${folder} exists already`, { advice: "Choose the name of a new folder." });
      }
      const files = recipeFiles(name);
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), content);
      }
      const written = Object.keys(files);
      process.stdout.write(
        json
          ? `${JSON.stringify({ folder, files: written })}\n`
          : `Wrote ${written.join(", ")} in ${folder}.\nRun it: rlvr run ${join(name, "recipe.yaml")}\n`,
      );
    });
}

/** A small start: the easier arms of the microcosm, which the shipped policy learns within some dozen steps. */
function recipeFiles(name: string): Record<string, string> {
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
