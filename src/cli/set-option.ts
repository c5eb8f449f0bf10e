import { Option } from "commander";
import { parseYaml, valueOf } from "../config/parse-yaml.ts";
import { RlvrError } from "../core/errors.ts";

/** One `--set path=value`: the dotted path in parts, and the value as YAML reads it. */
export interface SetEntry {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** The option `--set path=value`, which may be repeated; its value is a list of {@link SetEntry}. */
export function setOption(
  description = "set an option of the recipe over what its file says; may be repeated",
): Option {
  return new Option("--set <path=value>", description)
    .default([], "nothing")
    .argParser((text: string, before: readonly SetEntry[]) => [...before, parseSetEntry(text)]);
}

/**
 * Reads `path=value`: the value is a YAML value, so `true`, `1e-4`, `null` and `[a, b]` are what they look like.
 * @throws RlvrError `bad_usage` when there is no path or the value is no YAML.
 */
export function parseSetEntry(text: string): SetEntry {
  const [, path = "", value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  const parts = path.trim().split(".");
  // Neither is repeated: a URL or a key may stand there, and what is refused is printed.
  if (parts.includes("") || path.includes("://")) {
    throw new RlvrError("bad_usage", "--set: this is not path=value", {
      advice: "Write it as --set path=value, such as --set trainer.learning_rate=1e-5 of a recipe.",
    });
  }
  const parsed = parseYaml(value);
  const found = "fault" in parsed ? parsed : valueOf(parsed.document);
  if ("value" in found) return { path: parts, value: found.value };
  throw new RlvrError("bad_usage", `--set ${path}: the value is not YAML (${firstLine(found.fault)})`, {
    advice: `Put a text with special characters into double quotes: --set '${path}="..."'.`,
  });
}

/** A message of the YAML library without the piece of the text that it shows below. */
function firstLine(message: string): string {
  return (message.split("\n", 1)[0] ?? "").replace(/:$/, "");
}

/**
 * Options as an object, from their entries: a dotted path nests, a later entry wins.
 * @throws RlvrError `bad_usage` when a path leads through a value that another entry sets.
 */
export function optionsOf(entries: readonly SetEntry[]): Record<string, unknown> {
  // Objects without a prototype: a path may be any word, `__proto__` too.
  const empty = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;
  const isBranch = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null;
  const root = empty();
  for (const { path, value } of entries) {
    let node = root;
    for (const part of path.slice(0, -1)) {
      const next = node[part] ?? empty();
      if (!isBranch(next)) {
        throw new RlvrError("bad_usage", `--set ${path.join(".")}: ${part} is set to a value of its own`, {
          advice: "Set either the whole or its parts.",
        });
      }
      node = node[part] = next;
    }
    node[path.at(-1) ?? ""] = value;
  }
  return root;
}
