import { Command } from "commander";
import { initRecipeCommand } from "./init-recipe.ts";
import { initVerifierCommand } from "./init-verifier.ts";

/** `rlvr init`: a recipe or a verifier of your own, ready to run and to change. */
export function initCommand(): Command {
  return new Command("init")
    .description("write a recipe or a verifier of your own, ready to run and to change")
    .addCommand(initRecipeCommand(), { isDefault: true })
    .addCommand(initVerifierCommand())
    .addHelpText(
      "after",
      `
Examples:
  rlvr init                           asks what to start from
  rlvr init --template instructions --model models/smollm2-135m-instruct
  rlvr init verifier last-line        a verifier with its test`,
    );
}
