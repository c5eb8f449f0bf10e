import { z } from "zod";
import { recipeSchema } from "../src/config/recipe-schema.ts";
import { suiteSchema } from "../src/config/suite-schema.ts";
import { studySchema } from "../src/config/study-schema.ts";
import { CURRICULA } from "../src/curricula/registry.ts";
import { OBJECTIVES } from "../src/objectives/registry.ts";
import { SCAFFOLDS } from "../src/scaffolds/registry.ts";
import { COMBINATORS } from "../src/verifiers/combinators.ts";
import { BUILT_IN } from "../src/verifiers/library/built-in.ts";

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
    "Any option can be set on the command line: `--set trainer.learning_rate=0.001`.",
    "",
    ...section("Recipe", recipeSchema),
    "",
    "Options of an objective, a scaffold, a curriculum or a verifier stand beside its `name`.",
    "",
    ...OBJECTIVES.flatMap((each) => module("Objective", each)),
    ...SCAFFOLDS.flatMap((each) => module("Scaffold", each)),
    ...CURRICULA.flatMap((each) => module("Curriculum", each)),
    ...verifiers.flatMap((each) => module("Verifier", each)),
    ...[...COMBINATORS].flatMap(([name, { options }]) => module("Verifier", { name, options })),
    ...section("Evaluation suite", suiteSchema),
    "",
    ...section("Study", studySchema),
    "",
  ].join("\n");
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
    const type = typeOf(child);
    const required = node.required?.includes(name) ?? false;
    const value = child.default ?? defaults[name];
    const fallback = value === undefined ? (required ? "required" : "none") : `\`${JSON.stringify(value)}\``;
    return [`| \`${path}\` | ${type} | ${fallback} | ${child.description ?? ""} |`, ...items];
  });
}

function typeOf({ type, enum: values, anyOf }: Node): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(" or ");
  return anyOf?.map(typeOf).join(" or ") ?? type ?? "any";
}
