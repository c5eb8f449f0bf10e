#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { exitCodeOf, RlvrError } from "../core/errors.ts";
import { packageVersion } from "../core/package-files.ts";
import { advantagesCommand } from "./commands/advantages.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { evalCommand } from "./commands/eval.ts";
import { initCommand } from "./commands/init.ts";
import { policyServeCommand } from "./commands/policy-serve.ts";
import { resumeCommand } from "./commands/resume.ts";
import { runCommand } from "./commands/run.ts";
import { runsCommand } from "./commands/runs.ts";
import { showCommand } from "./commands/show.ts";
import { sqlCommand } from "./commands/sql.ts";
import { verifyCommand } from "./commands/verify.ts";
import { describeError } from "./describe-error.ts";

function program(): Command {
  const rlvr = new Command("rlvr")
    .description(
      "Reinforcement learning with verifiable rewards: sample, verify, credit, train, sync; all of it in SQLite.",
    )
    .version(packageVersion())
    .helpCommand(false)
    .addHelpText("after", "\nWithout a command, the default recipe is run. Each command has --help with examples.");
  rlvr.addCommand(runCommand(), { isDefault: true });
  rlvr.addCommand(resumeCommand());
  rlvr.addCommand(runsCommand());
  rlvr.addCommand(showCommand());
  rlvr.addCommand(evalCommand());
  rlvr.addCommand(verifyCommand());
  rlvr.addCommand(advantagesCommand());
  rlvr.addCommand(sqlCommand());
  rlvr.addCommand(new Command("policy").description("policy servers").addCommand(policyServeCommand()));
  rlvr.addCommand(doctorCommand());
  rlvr.addCommand(initCommand());
  return rlvr;
}

/** Makes every fault of usage an exception, so that there is one place that ends the process. */
function throwOnExit(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const child of command.commands) throwOnExit(child);
}

function usageError(error: CommanderError): RlvrError {
  return new RlvrError("bad_usage", error.message.replace(/^error: /, ""), {
    advice: "See: rlvr --help",
    cause: error,
  });
}

try {
  const rlvr = program();
  throwOnExit(rlvr);
  await rlvr.parseAsync();
} catch (thrown) {
  const isHelp = thrown instanceof CommanderError && thrown.exitCode === 0;
  if (!isHelp) {
    const error = thrown instanceof CommanderError ? usageError(thrown) : thrown;
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
