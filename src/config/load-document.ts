import { basename, dirname, join } from "node:path";
import { Document, isMap, isSeq, type LineCounter } from "yaml";
import type { z } from "zod";
import { cutText } from "../core/texts/cut-text.ts";
import { describeIssue } from "../core/texts/describe-issue.ts";
import { RlvrError } from "../core/errors.ts";
import { isPresent } from "../core/files/files.ts";
import { readTextFile } from "../core/files/read-file.ts";
import { packagePath } from "../core/package-files.ts";
import { parseYaml, valueOf } from "./parse-yaml.ts";

/** Longest document, in bytes: recipes have a few thousand, and the parser takes seconds for a million. */
const MAX_BYTES = 256 * 1024;
/** How many faults of a document are told. */
const TOLD = 20;

/**
 * A value to put into a document: `path` as keys and indexes, as `--set trainer.epochs=2` gives it. Null takes out what stands
 * there.
 */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * Reads a YAML file and checks it by a schema.
 * @param kind what the file should be, for messages, such as `recipe`.
 * @param overrides values set over the file's, checked by the same schema.
 * @throws RlvrError `missing_file`, or `bad_recipe` naming the faults with their lines and, for an unknown key, the
 * nearest known one.
 */
export function loadDocument<S extends z.ZodType>(
  file: string,
  kind: string,
  schema: S,
  overrides: readonly Override[] = [],
): z.output<S> {
  const refusal = (faults: readonly string[]): RlvrError => badDocument(file, kind, faults);
  const text = readTextFile(file, MAX_BYTES, (why, cause) => unreadable(file, kind, why, cause));
  if (text === undefined) {
    // Such as evals/gsm8k.yaml, typed in another folder than rlvr's.
    const shipped = packagePath(join(basename(dirname(file)), basename(file)));
    throw new RlvrError("missing_file", `there is no ${kind} at ${file}`, {
      advice: `Name a YAML file that is a ${kind}${isPresent(shipped) ? `; rlvr's own is ${shipped}` : "."}`,
    });
  }
  const parsed = parseYaml(text);
  if ("fault" in parsed) throw refusal([parsed.fault]);
  const { document, lines } = parsed;
  return checked(document, overrides, schema, (path) => lineOf(document, lines, path), refusal);
}

/**
 * Sets values over a document that was checked before, and checks it again.
 * @param what it is, for messages, such as `the recipe of run 3`.
 * @throws RlvrError `bad_recipe` like {@link loadDocument}.
 */
export function changeDocument<S extends z.ZodType>(
  before: unknown,
  what: string,
  schema: S,
  overrides: readonly Override[],
): z.output<S> {
  return checked(
    new Document(before),
    overrides,
    schema,
    () => undefined,
    (faults) => badDocument(what, "recipe", faults),
  );
}

function checked<S extends z.ZodType>(
  document: Document,
  overrides: readonly Override[],
  schema: S,
  findLine: (path: readonly PropertyKey[]) => number | undefined,
  refusal: (faults: readonly string[]) => RlvrError,
): z.output<S> {
  for (const { path, value } of overrides) setIn(document, path, value);
  const found = valueOf(document);
  const told = (path: readonly PropertyKey[], message: string): string => {
    const line = findLine(path);
    return `${line === undefined ? "" : `line ${line}: `}${cutText(message, 500)}`;
  };
  if ("fault" in found) throw refusal([told(found.path, found.fault)]);
  const result = schema.safeParse(found.value);
  if (result.success) return result.data;
  const faults = result.error.issues.slice(0, TOLD).flatMap((issue) => describeIssue(issue, schema));
  const more = faults.length > TOLD || result.error.issues.length > TOLD ? ["and more"] : [];
  throw refusal([...faults.slice(0, TOLD).map(({ path, message }) => told(path, message)), ...more]);
}

/**
 * Refuses paths that lead nowhere.
 * @param named the paths by the option that names them; an undefined one was left out.
 * @throws RlvrError `missing_file`.
 */
export function requireFiles(file: string, named: Readonly<Record<string, string | undefined>>): void {
  for (const [option, path] of Object.entries(named)) {
    if (path === undefined || isPresent(path)) continue;
    throw new RlvrError("missing_file", `${file} names ${path} (${option}), which does not exist`, {
      advice: "Correct the path: relative to the file that names it, or to your folder where --set gives it.",
    });
  }
}

function unreadable(file: string, kind: string, why: string, cause: unknown): RlvrError {
  const inside = join(file, `${kind}.yaml`);
  const advice = `Name a YAML file that is a ${kind}${isPresent(inside) ? `: ${inside}` : "."}`;
  return new RlvrError("bad_recipe", `${file} ${why}`, { advice, cause });
}

function badDocument(file: string, kind: string, faults: readonly string[]): RlvrError {
  return new RlvrError(
    "bad_recipe",
    `${file} is not a usable ${kind}:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    {
      advice: `Correct it. Every option is described in docs/${kind === "suite" ? "evaluations" : "recipe"}.md.`,
    },
  );
}

/** `setIn` of the library, but with list indexes as numbers and a clear error where a path leads through a value. */
function setIn(document: Document, path: readonly string[], value: unknown): void {
  const keys = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  try {
    if (isBeyondList(document, keys)) throw new RangeError("no such item");
    // Where nothing stands the schema refuses the null, and a misspelt name with it.
    if (value === null && document.hasIn(keys)) document.deleteIn(keys);
    // As a node of the document: a later override can lead into it.
    else document.setIn(keys, document.createNode(value));
  } catch (error) {
    throw new RlvrError("bad_recipe", `--set ${path.join(".")}: nothing can be set there`, {
      advice: "Name an option by its path in the recipe, such as trainer.learning_rate or verifiers.0.name.",
      cause: error,
    });
  }
}

/** Whether a path leads behind the end of a list: one of four billion items would be made for its last. */
function isBeyondList(document: Document, keys: readonly (string | number)[]): boolean {
  return keys.some((key, depth) => {
    const list = document.getIn(keys.slice(0, depth), true);
    return isSeq(list) && typeof key === "number" && key > list.items.length;
  });
}

/** The line, from 1, of the deepest part of a path that the file holds. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
    const node = (pair?.key ?? document.getIn(path.slice(0, depth), true)) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}
