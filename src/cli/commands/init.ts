import { Command } from "commander";
import { initRecipeCommand } from "./init-recipe.ts";
import { initModuleCommand } from "./init-module.ts";

/** `rlvr init`: a recipe, a verifier or a generator of your own, ready to run and to change. */
export function initCommand(): Command {
  return new Command("init")
    .description("write a recipe, a verifier or a generator of your own, ready to run and to change")
    .addCommand(initRecipeCommand(), { isDefault: true })
    .addCommand(initModuleCommand("verifier"))
    .addCommand(initModuleCommand("generator"))
    .addHelpText(
      "after",
      `
Examples:
  rlvr init                           asks what to start from
  rlvr init --template instructions --model models/smollm2-135m-instruct
  rlvr init verifier last-line        a verifier with its test
  rlvr init generator sums            a generator of problems with its test`,
    );
}
