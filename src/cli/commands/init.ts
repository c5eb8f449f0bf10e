import { Argument, Command } from "commander";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { RlvrError } from "../../core/errors.ts";
import { isPresent } from "../../core/files.ts";
import { shellWord } from "../../core/shell-word.ts";
import { asStarted } from "../command-name.ts";
import { jsonOption } from "../common-options.ts";
import { recipeFiles } from "../init/recipe-files.ts";
import { checkVerifierName, verifierFiles } from "../init/verifier-files.ts";
import { userPath } from "../user-path.ts";

/** `rlvr init recipe|verifier NAME`: a recipe or a verifier of your own, ready to run and to change. */
export function initCommand(): Command {
  return new Command("init")
    .description("write a recipe or a verifier of your own, ready to run and to change")
    .addArgument(new Argument("<what>", "what to write").choices(["recipe", "verifier"]))
    .argument("<name>", "a new folder; a verifier is called like it")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  rlvr init recipe my-first     writes my-first/recipe.yaml, problems.jsonl, held-out.jsonl, prompt.md
  rlvr run my-first/recipe.yaml

  rlvr init verifier last-line  writes last-line/last-line.ts, its test, and responses to try it on
  rlvr test last-line/last-line.test.ts`,
    )
    .action((what: "recipe" | "verifier", path: string, { json }: { readonly json: boolean }) => {
      const folder = userPath(path);
      const name = basename(folder);
      if (what === "verifier") checkVerifierName(name);
      if (isPresent(folder)) {
        throw new RlvrError("bad_usage", `${folder} exists already`, { advice: "Choose the name of a new folder." });
      }
      const files = what === "verifier" ? verifierFiles(name) : recipeFiles(name);
      mkdirSync(folder, { recursive: true });
      for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
      const written = Object.keys(files);
      const next = what === "verifier" ? verifierSteps(path, folder, name) : recipeSteps(path);
      process.stdout.write(
        json
          ? `${JSON.stringify({ folder, files: written })}\n`
          : `Wrote ${written.join(", ")} in ${folder}.\n${next.join("\n")}\n`,
      );
    });
}

function recipeSteps(path: string): string[] {
  return [asStarted(`Run it: rlvr run ${shellWord(join(path, "recipe.yaml"))}`)];
}

function verifierSteps(path: string, folder: string, name: string): string[] {
  const file = (base: string): string => (isAbsolute(path) ? join(path, base) : `./${join(path, base)}`);
  return [
    asStarted(`Test it:            rlvr test ${file(`${name}.test.ts`)}`),
    asStarted(`Try it:             rlvr verify ${file(`${name}.ts`)} --input ${file("samples.jsonl")}`),
    `Put it in a recipe: verifiers: [{ name: ${join(folder, `${name}.ts`)} }]`,
  ];
}
