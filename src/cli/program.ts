import { Command, CommanderError } from "commander";
import { orDiskFull } from "../core/files/disk-full.ts";
import { exitCodeOf, RlvrError } from "../core/errors.ts";
import { unknownName } from "../core/nearest-name.ts";
import { packageVersion } from "../core/package-files.ts";
import { asStarted, rememberDatabase } from "./command-name.ts";
import { describeError } from "./describe-error.ts";
import { rememberArguments } from "./typed-command.ts";

const DEFAULT_COMMAND = "run";
/** Another name of a command, as `pnpm run rlvr pipeline` has it. */
const ALIASES: Readonly<Record<string, string>> = { pipeline: "run" };

/**
 * Each command by its name, from the arguments that follow it; loaded only when it is wanted: a small one need not wait
 * for what a run needs.
 */
const COMMANDS: Readonly<Record<string, (rest: readonly string[]) => Promise<Command>>> = {
  run: async () => (await import("./commands/run.ts")).runCommand(),
  resume: async () => (await import("./commands/resume.ts")).resumeCommand(),
  study: async () => (await import("./commands/study.ts")).studyCommand(),
  runs: async () => (await import("./commands/runs.ts")).runsCommand(),
  show: async () => (await import("./commands/show.ts")).showCommand(),
  checkpoints: async () => (await import("./commands/checkpoints.ts")).checkpointsCommand(),
  eval: async () => (await import("./commands/eval.ts")).evalCommand(),
  chat: async () => (await import("./commands/chat.ts")).chatCommand(),
  verify: async () => (await import("./commands/verify.ts")).verifyCommand(),
  test: async () => (await import("./commands/test.ts")).testCommand(),
  advantages: async () => (await import("./commands/advantages.ts")).advantagesCommand(),
  problems: async (rest) => (await import("./commands/problems.ts")).problemsCommand(rest),
  serve: async () => (await import("./commands/serve.ts")).serveCommand(),
  sql: async () => (await import("./commands/sql.ts")).sqlCommand(),
  export: async () => (await import("./commands/export.ts")).exportCommand(),
  policy: async () =>
    new Command("policy")
      .description("policy servers")
      .addCommand((await import("./commands/policy-serve.ts")).policyServeCommand())
      .addCommand((await import("./commands/policy-start.ts")).policyStartCommand())
      .addCommand((await import("./commands/policy-setup.ts")).policySetupCommand()),
  trainer: async () =>
    new Command("trainer")
      .description("the PyTorch trainer")
      .addCommand((await import("./commands/trainer-setup.ts")).trainerSetupCommand()),
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand(),
  init: async () => (await import("./commands/init.ts")).initCommand(),
};

/** The program with the one command that the arguments name, or with all of them when it takes all to answer. */
async function program(args: readonly string[]): Promise<Command> {
  const rlvr = new Command("rlvr")
    .description(
      "Post-train language models with verifiable rewards: sample, verify, credit, train, sync; all of it in SQLite.",
    )
    .version(packageVersion())
    .helpCommand(false)
    .addHelpText("after", "\nWithout a command, the default recipe is run. Each command has --help with examples.");
  for (const name of namesToLoad(args)) {
    const command = await COMMANDS[name]?.(args.slice(1));
    if (command !== undefined) rlvr.addCommand(command, { isDefault: name === DEFAULT_COMMAND });
  }
  return rlvr;
}

function namesToLoad([first]: readonly string[]): string[] {
  if (first === undefined) return [DEFAULT_COMMAND];
  if (first === "--version" || first === "-V") return [];
  if (Object.hasOwn(COMMANDS, first)) return [first];
  if (Object.hasOwn(ALIASES, first)) return [ALIASES[first] as string];
  // A word that is neither a path nor an option was meant as a command, not as a recipe of the default one.
  if (/^[a-z]+$/i.test(first)) throw unknownName("command", first, Object.keys(COMMANDS));
  return first.startsWith("-") && first !== "--help" && first !== "-h" ? [DEFAULT_COMMAND] : Object.keys(COMMANDS);
}

/** Makes every fault of usage an exception that names the command's help; help names commands as started. */
function prepare(command: Command, name = "rlvr"): void {
  command
    .exitOverride((error) => {
      throw isHelp(error) ? error : usageError(error, name);
    })
    .configureOutput({
      outputError: () => undefined,
      writeOut: (help) => void process.stdout.write(asStarted(help)),
    });
  for (const child of command.commands) prepare(child, `${name} ${child.name()}`);
}

/** Whether help was printed, asked for or in place of a command that is missing. */
function isHelp({ exitCode, code }: CommanderError): boolean {
  return exitCode === 0 || code === "commander.help";
}

function usageError(error: CommanderError, command: string): RlvrError {
  const message = error.message
    .replace(/^error: /, "")
    // The option is named, not what was given with it: people try --api-key=KEY.
    .replace(/^(unknown option '[^'=]*)=.*'/s, "$1'")
    .replace(/^command-argument value ('.*') is invalid for argument '(.*?)'\. /s, "$1 is not a valid <$2>: ")
    .replace(/^option '(.*?)' argument ('.*') is invalid\. /s, "$2 is not a valid value of $1: ")
    .replace(/: Allowed choices are (.*)\.$/, ": choose from $1");
  return new RlvrError("bad_usage", message, { advice: `See: ${command} --help` });
}

/**
 * Does what command-line arguments ask for. Never rejects: an error goes to stderr, and its exit code to
 * `process.exitCode`.
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    rememberDatabase(undefined);
    rememberArguments(args);
    const rlvr = await program(args);
    rlvr.hook("preAction", (_, command) => {
      if (command.getOptionValueSource("db") === "cli") rememberDatabase(command.opts<{ db: string }>().db);
    });
    prepare(rlvr);
    await rlvr.parseAsync(args, { from: "user" });
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      // A command that only has subcommands: its help was printed, which is all that there is to do.
      if (thrown.exitCode !== 0) process.exitCode = 2;
      return;
    }
    const error = orDiskFull(thrown, "Free some space, and try again.");
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
