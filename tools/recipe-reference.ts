import { z } from "zod";
import { recipeSchema } from "../src/config/recipe-schema.ts";
import { suiteSchema } from "../src/config/suite-schema.ts";
import { grpo } from "../src/objectives/grpo.ts";
import { exact } from "../src/verifiers/exact.ts";
import { numeric } from "../src/verifiers/numeric.ts";

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly prefixItems?: readonly Node[];
  readonly anyOf?: readonly Node[];
}

/** The reference of recipes and suites as Markdown: every option, its type, default and meaning, from the schemas. */
export function recipeReference(): string {
  return [
    "# Recipes and suites",
    "",
    "Written from the schemas by `pnpm docs:recipe`. A recipe is a YAML file for `rlvr run`; unknown keys are refused.",
    "Any option can be set on the command line: `--set trainer.learning_rate=0.001`.",
    "",
    ...section("Recipe", recipeSchema),
    "",
    "Options of an objective, a curriculum or a verifier stand beside its `name`. The curriculum `uniform` takes none.",
    "",
    ...section("Objective `grpo`", grpo.options),
    "",
    ...section("Verifier `exact`", exact.options),
    "",
    ...section("Verifier `numeric`", numeric.options),
    "",
    ...section("Evaluation suite", suiteSchema),
    "",
  ].join("\n");
}

function section(title: string, schema: z.ZodType): string[] {
  const root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node;
  return [`## ${title}`, "", "| option | type | default | meaning |", "|---|---|---|---|", ...rows(root, "")];
}

function rows(node: Node, prefix: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix + name;
    if (child.properties !== undefined) return rows(child, `${path}.`);
    if (child.prefixItems !== undefined)
      return child.prefixItems.flatMap((item, index) => rows(item, `${path}.${index}.`));
    const type = typeOf(child);
    const required = node.required?.includes(name) ?? false;
    const fallback =
      child.default === undefined ? (required ? "required" : "none") : `\`${JSON.stringify(child.default)}\``;
    return [`| \`${path}\` | ${type} | ${fallback} | ${child.description ?? ""} |`];
  });
}

function typeOf({ type, enum: values, anyOf }: Node): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(" or ");
  return anyOf?.map(typeOf).join(" or ") ?? type ?? "any";
}
