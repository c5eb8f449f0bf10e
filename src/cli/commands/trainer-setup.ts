import type { Command } from "commander";
import { TRAINER_ENVIRONMENT } from "../../trainer/trainer-environment.ts";
import { setupCommand } from "../setup-environment.ts";

/** `rlvr trainer setup`: the Python environment of the PyTorch trainer. */
export function trainerSetupCommand(): Command {
  return setupCommand(TRAINER_ENVIRONMENT, {
    description: "make the Python environment of the PyTorch trainer (recipes with trainer.torch need it)",
    package: "a PyTorch",
    help: `Runs without trainer.torch need none of it.

Examples:
  rlvr trainer setup
  rlvr trainer setup --cuda --dir /data/rlvr-trainer    # then in the recipe: trainer.torch.python`,
    does: "it trains",
    option: "trainer.torch",
  });
}
