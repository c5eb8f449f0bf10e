import { resolve } from "node:path";
import { packagePath } from "../core/package-files.ts";
import { shellWord } from "../core/process/shell-word.ts";
import { userPath } from "./user-path.ts";

/** Commands that take --db. */
const WITH_DATABASE =
  "run|pipeline|resume|runs rename|runs note|runs tag|runs rm|runs|show|checkpoints|eval|chat|sql|serve|export|doctor|problems list|problems hint|policy (?:serve|start vllm)(?= --run)";
/** All others, and what may follow the program's name without a command. */
const OTHERS = "study|verify|test|advantages|problems|policy|trainer|init|--help";

/** A command as messages and help write it, apart from paths that end in the program's name. */
const COMMAND = new RegExp(String.raw`(?<![\w./-])rlvr (?:(?<database>${WITH_DATABASE})|(?:${OTHERS}))(?![\w-])`, "g");

/** `--db FILE` as the person typed it; undefined where the default database was taken. */
let typedDatabase: string | undefined;

/** Notes the --db that a command was given: {@link asStarted} names it from then on. */
export function rememberDatabase(file: string | undefined): void {
  typedDatabase = file;
}

/**
 * How a person starts this program from where they stand: as they started it, which the launcher tells; else by its own
 * name or, in a checkout of the repository, through pnpm, which has to be told of the checkout's folder when they stand
 * in another.
 */
export function commandName(): string {
  const { RLVR_COMMAND: launched, npm_lifecycle_event: script } = process.env;
  if (launched !== undefined && launched !== "") return shellWord(launched);
  if (script !== "rlvr") return "rlvr";
  const root = resolve(packagePath("."));
  return userPath(".") === root ? "npx pnpm@12 rlvr" : `npx pnpm@12 --dir ${shellWord(root)} rlvr`;
}

/**
 * A text with each of rlvr's commands written so that it can be typed: the program named as it was started, with the
 * database that was given.
 */
export function asStarted(text: string): string {
  const database = typedDatabase === undefined ? "" : ` --db ${shellWord(typedDatabase)}`;
  return text.replaceAll(COMMAND, (command: string, ...rest) => {
    const [at, , { database: takesOne }] = rest.slice(-3) as [number, string, { readonly database?: string }];
    // Some say it already.
    const isSaid = /^[^\n`,;()]* --db /.test(text.slice(at + command.length));
    return commandName() + command.slice("rlvr".length) + (takesOne === undefined || isSaid ? "" : database);
  });
}
