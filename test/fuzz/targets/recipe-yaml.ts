import fc from "fast-check";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSetEntry } from "../../../src/cli/set-option.ts";
import type { Override } from "../../../src/config/load-document.ts";
import { folderOfOptions, loadRecipe } from "../../../src/config/load-recipe.ts";
import { loadStudy } from "../../../src/config/load-study.ts";
import { loadSuite } from "../../../src/config/load-suite.ts";
import { packagePath } from "../../../src/core/package-files.ts";
import { fuzzTarget } from "../fuzz-target.ts";
import { rarely } from "../rarely.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-fuzz-recipe-"));
const recipe = readFileSync(packagePath("curricula/microcosm.yaml"), "utf8")
  .replaceAll(/^(\s*(?:practice|development|test|prompt|model): )(.*)$/gm, (_, key: string, path: string) => {
    return `${key}${packagePath(join("curricula", path))}`;
  })
  .replaceAll(/^\s*#.*\n/gm, "");
const problems = packagePath("curricula/microcosm/test.jsonl");
const prompt = packagePath("prompts/microcosm.md");
writeFileSync(join(folder, "base.yaml"), recipe);

const loaders = {
  recipe: (file: string, overrides: readonly Override[]) =>
    loadRecipe(file, overrides, folderOfOptions(file, overrides)),
  study: (file: string) => loadStudy(file),
  suite: (file: string) => loadSuite(file, [], folderOfOptions(file, [])),
};
const texts: Readonly<Record<keyof typeof loaders, string>> = {
  recipe,
  study:
    "name: s\ntitle: S\nrecipe: base.yaml\nset: {steps: 3}\nbases: {one: {}, two: {seed.x: 1}}\nexperiments:\n" +
    "  - {name: a, title: A, bases: [one], seeds: [1, 2], variants: {p: {}, q: {scaffold: {name: scaf-grpo}}}}\n" +
    "comparisons: [{experiment: a, of: q, to: p, figure: final_accuracy}]\n",
  suite: `name: s\nproblems: ${problems}\nprompt: ${prompt}\nverifiers: [{name: exact}]\nmax_tokens: 8\nmetrics: [pass@1]\n`,
};

const bomb = ["&a [x, x]", "&b [*a, *a, *a, *a, *a, *a]", "&c [*b, *b, *b, *b, *b, *b]", "[*c, *c, *c, *c, *c, *c]"];
const value = fc.oneof(
  fc.constantFrom(
    "null",
    "~",
    "true",
    "0",
    "-1",
    "1e999",
    "-.inf",
    ".nan",
    "0x7fffffffffffffff",
    "9007199254740993",
    "1e-320",
    "''",
    '"\\0"',
    '"\\ud800"',
    "a\u0000b",
    "!!binary aGk=",
    "!!set {x}",
    "!!timestamp 2001-01-01",
    "!x y",
    "&a [*a]",
    "&a {<<: *a}",
    "*a",
    "&x y",
    "[*x, *x]",
    `[${bomb.join(", ")}]`,
    "{__proto__: {x: 1}}",
    "{constructor: 1}",
    "? [a, b]",
    "|\n  a\n b",
    "- - - -",
    "@",
    "%",
    "[",
    "}",
    "\t",
    "\ufeff",
    "---",
    "...",
    "/dev/zero",
    folder,
    "../../etc/passwd",
    "x".repeat(5000),
    "hf://datasets/../x@/..",
    "http://u:p@h/",
  ),
  fc
    .tuple(
      fc.constantFrom("[", "{a: ", "- "),
      fc.oneof({ weight: 6, arbitrary: fc.nat(80) }, { weight: 1, arbitrary: fc.nat(3000) }),
    )
    .map(([open, times]) => open.repeat(times)),
  fc.json({ maxDepth: 3 }),
  fc.string({ maxLength: 20, unit: "binary" }),
);

/** A line's value in place of another, a line taken out or put in, or characters anywhere. */
const change = fc.oneof(
  fc.record({ kind: fc.constantFrom("value", "insert", "remove"), at: fc.nat(60), value }),
  fc.record({ kind: fc.constant("splice"), at: fc.nat(2000), value }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(text: string, { kind, at, value: put }: Change): string {
  if (kind === "splice") return text.slice(0, at) + put + text.slice(at + put.length);
  const lines = text.split("\n");
  const place = at % lines.length;
  const indent = /^\s*/.exec(lines[place] ?? "")?.[0] ?? "";
  if (kind === "remove") lines.splice(place, 1);
  else if (kind === "insert") lines.splice(place, 0, `${indent}${put}${put.includes(":") ? "" : ": 1"}`);
  else lines[place] = (lines[place] ?? "").replace(/: .*$/, () => `: ${put}`);
  return lines.join("\n");
}

const setting = fc
  .tuple(fc.constantFrom("trainer.epochs", "verifiers.0.name", "verifiers.9.x", "__proto__.x", "steps"), value)
  .map(([path, put]) => `${path}=${put}`);

/** Recipes, studies and suites, whole or with a few places changed, and what `--set` puts over them. */
export const target = fuzzTarget({
  input: fc.record({
    kind: fc.constantFrom("recipe" as const, "study" as const, "suite" as const),
    changes: fc.oneof(fc.constant<Change[]>([]), fc.array(change, { maxLength: 3 })),
    bytes: rarely(20, fc.uint8Array({ maxLength: 40 })),
    set: rarely(3, setting),
  }),
  refusals: ["bad_recipe", "bad_usage", "missing_file"],
  read({ kind, changes, bytes, set }) {
    const file = join(folder, `${kind}.yaml`);
    writeFileSync(file, bytes ?? changes.reduce(changed, texts[kind]));
    loaders[kind](file, set === null ? [] : [parseSetEntry(set)]);
  },
  close: async () => rmSync(folder, { recursive: true }),
});
