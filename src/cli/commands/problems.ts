import { Command } from "commander";

/** Each command by its name, loaded only when it is wanted: most need no database, which takes longest to load. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  import: async () => (await import("./problems-import.ts")).problemsImportCommand(),
  lint: async () => (await import("./problems-lint.ts")).problemsLintCommand(),
  list: async () => (await import("./problems-list.ts")).problemsListCommand(),
  hint: async () => (await import("./problems-hint.ts")).problemsHintCommand(),
};

/**
 * `rlvr problems`: what there is to do with problem sets.
 * @param args what follows `problems` on the command line.
 */
export async function problemsCommand([first = ""]: readonly string[]): Promise<Command> {
  const problems = new Command("problems").description("problem sets");
  const names = Object.hasOwn(COMMANDS, first) ? [first] : Object.keys(COMMANDS);
  for (const name of names) {
    const command = await COMMANDS[name]?.();
    if (command !== undefined) problems.addCommand(command);
  }
  return problems;
}
