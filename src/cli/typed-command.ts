import { hideStoredValue } from "../core/secrets/hide-stored-keys.ts";
import { maskUrls } from "../core/secrets/mask-urls.ts";
import { shellWord } from "../core/process/shell-word.ts";
import { commandName } from "./command-name.ts";

/** The arguments of the command line that is carried out. */
let typed: readonly string[] = [];

/** Notes the arguments of a command line, for {@link typedCommand}. */
export function rememberArguments(args: readonly string[]): void {
  typed = args;
}

/** The command line as a person typed it, so that a shell reads it the same; `***` stands in place of keys. */
export function typedCommand(): string {
  return [commandName(), ...withoutKeys(typed).map(shellWord)].join(" ");
}

function withoutKeys(args: readonly string[]): string[] {
  return args.map((argument, place) => {
    const option = args[place - 1] === "--set" ? argument : /^--set=(.*)$/s.exec(argument)?.[1];
    const [, path = "", value = ""] = /^([^=]*)=(.*)$/s.exec(option ?? "") ?? [];
    const before = argument.slice(0, argument.length - value.length);
    return maskUrls(before + String(hideStoredValue(path, value)));
  });
}
