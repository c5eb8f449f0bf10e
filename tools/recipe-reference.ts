import { z } from "zod";
import { CHANGEABLE_OPTIONS } from "../src/config/changes/changeable-options.ts";
import { FIXED_IN_FORKS } from "../src/config/changes/fork-options.ts";
import { recipeSchema } from "../src/config/recipe-schema.ts";
import { suiteSchema } from "../src/config/suite-schema.ts";
import { studySchema } from "../src/config/study-schema.ts";
import { CURRICULA } from "../src/curricula/registry.ts";
import { OBJECTIVES } from "../src/objectives/registry.ts";
import { SCAFFOLDS } from "../src/scaffolds/registry.ts";
import { COMBINATORS } from "../src/verifiers/combinators.ts";
import { BUILT_IN } from "../src/verifiers/library/built-in.ts";
import { pythonOptions } from "../src/verifiers/python/python-verifier.ts";
import { reasoningGymOptions } from "../src/verifiers/python/reasoning-gym-verifier.ts";

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly prefixItems?: readonly Node[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
}

/** The reference of recipes and suites as Markdown: every option, its type, default and meaning, from the schemas. */
export async function recipeReference(): Promise<string> {
  const verifiers = await Promise.all([...BUILT_IN.values()].map((load) => load()));
  return [
    "# Recipes and suites",
    "",
    "Written from the schemas by `pnpm docs:recipe`. A recipe is a YAML file for `rlvr run`; unknown keys are refused.",
    "Any option can be set on the command line: `--set trainer.learning_rate=0.001`; `null` leaves it out.",
    "",
    ...section("Recipe", recipeSchema),
    "",
    "Options of an objective, a scaffold, a curriculum or a verifier stand beside its `name`.",
    "",
    ...changeable(),
    "",
    ...fixedInForks(),
    "",
    ...OBJECTIVES.flatMap((each) => module("Objective", each)),
    ...SCAFFOLDS.flatMap((each) => module("Scaffold", each)),
    ...CURRICULA.flatMap((each) => module("Curriculum", each)),
    ...verifiers.flatMap((each) => module("Verifier", each)),
    ...section("Verifier `python: FILE.py:FUNCTION`", pythonOptions),
    "",
    ...section("Verifier `reasoning-gym:DATASET`", reasoningGymOptions),
    "",
    ...[...COMBINATORS].flatMap(([name, { options }]) => module("Verifier", { name, options })),
    ...section("Evaluation suite", suiteSchema),
    "",
    ...section("Study", studySchema),
    "",
  ].join("\n");
}

/** Which options `rlvr resume --set` may change. */
function changeable(): string[] {
  const named = (when: string): string =>
    [...CHANGEABLE_OPTIONS]
      .filter(([, effect]) => effect === when)
      .map(([path]) => `\`${path.replaceAll("*", "N")}\``)
      .join(", ");
  return [
    "## Options that may change in a run",
    "",
    "`rlvr resume RUN --set path=value` changes these; each change is a row of `recipe_changes`, with the first step that it",
    "applies to. `--steps N` sets `steps`, and extends a finished run. Batches of earlier steps stay what they were.",
    "",
    `- From the next step on: ${named("next step")}.`,
    `- At once, as they do not decide what a step teaches: ${named("at once")}.`,
  ];
}

/** Which options `rlvr run --from` may not change. */
function fixedInForks(): string[] {
  return [
    "## Options that a fork may change",
    "",
    "`rlvr run --from RUN:STEP --set path=value` changes any option ([versions.md](versions.md)) but these, and `trainer.torch` as a whole:",
    "",
    ...FIXED_IN_FORKS.map(([path, reason]) => `- \`${path}\`: ${reason}.`),
  ];
}

function module(kind: string, { name, options }: { readonly name: string; readonly options: z.ZodType }): string[] {
  const lines = section(`${kind} \`${name}\``, options);
  const isEmpty = !lines.some((line) => line.startsWith("| `"));
  return [...(isEmpty ? [lines[0] ?? "", "", "It takes no options."] : lines), ""];
}

function section(title: string, schema: z.ZodType): string[] {
  const root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node;
  return [`## ${title}`, "", "| option | type | default | meaning |", "|---|---|---|---|", ...rows(root, "")];
}

/** The rows of a node's options; `defaults` are those of the whole node where it may be left out. */
function rows(node: Node, prefix: string, defaults: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix + name;
    if (child.properties !== undefined)
      return rows(child, `${path}.`, child.default as Readonly<Record<string, unknown>> | undefined);
    if (child.prefixItems !== undefined)
      return child.prefixItems.flatMap((item, index) => rows(item, `${path}.${index}.`));
    const items = child.items?.properties === undefined ? [] : rows(child.items, `${path}.N.`);
    const parts = child.anyOf?.flatMap((each) => rows(each, `${path}.`)) ?? [];
    const type = typeOf(child);
    const required = node.required?.includes(name) ?? false;
    const value = child.default ?? defaults[name];
    const fallback = value === undefined ? (required ? "required" : "none") : `\`${JSON.stringify(value)}\``;
    return [`| \`${path}\` | ${type} | ${fallback} | ${child.description ?? ""} |`, ...items, ...parts];
  });
}

function typeOf({ type, enum: values, anyOf }: Node): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(" or ");
  return anyOf?.map(typeOf).join(" or ") ?? type ?? "any";
}
