import { Command } from "commander";
import { problemsHintCommand } from "./problems-hint.ts";

/** `rlvr problems`: what there is to do with problem sets. */
export function problemsCommand(): Command {
  return new Command("problems").description("problem sets").addCommand(problemsHintCommand());
}
