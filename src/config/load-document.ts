import { readFileSync } from "node:fs";
import { Document, isMap, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { isPresent } from "../core/files.ts";
import { describeIssue } from "../core/describe-issue.ts";

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
 * @throws RlvrError `missing_file`, or `bad_recipe` naming every fault with its line and, for an unknown key, the
 * nearest known one.
 */
export function loadDocument<S extends z.ZodType>(
  file: string,
  kind: string,
  schema: S,
  overrides: readonly Override[] = [],
): z.output<S> {
  if (!isPresent(file)) {
    throw new RlvrError("missing_file", `there is no ${kind} at ${file}`, {
      advice: `Name a YAML file that is a ${kind}.`,
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: lines });
  const syntax = document.errors[0];
  if (syntax !== undefined) throw badDocument(file, kind, [syntax.message]);
  return checked(
    document,
    overrides,
    schema,
    (path) => lineOf(document, lines, path),
    (faults) => badDocument(file, kind, faults),
  );
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
  const result = schema.safeParse(document.toJS());
  if (result.success) return result.data;
  const faults = result.error.issues
    .flatMap((issue) => describeIssue(issue, schema))
    .map(({ path, message }) => {
      const line = findLine(path);
      return `${line === undefined ? "" : `line ${line}: `}${message}`;
    });
  throw refusal(faults);
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
      advice: "Correct the path; it is relative to the file that names it.",
    });
  }
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
