import { isAlias, isCollection, isMap, isPair, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { cutText } from "../core/texts/cut-text.ts";
import { messageOf } from "../core/errors.ts";

/** A YAML text as its nodes, and where its lines begin. */
export interface YamlText {
  readonly document: Document;
  readonly lines: LineCounter;
}

/** The value of a document, or what is wrong with it and where: keys and indexes from its top. */
export type YamlValue = { readonly value: unknown } | { readonly fault: string; readonly path: readonly PropertyKey[] };

/** Most values of a document, those that an alias repeats counted each time, and most lists and maps in one another. */
const MAX_VALUES = 50_000;
const MAX_DEPTH = 64;

/**
 * Parses a text as YAML 1.2 with its core schema alone: no merge keys, and no tags that make anything but texts, numbers,
 * lists and maps, whatever version the text names.
 */
export function parseYaml(text: string): YamlText | { readonly fault: string } {
  const lines = new LineCounter();
  let document: Document;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      schema: "core",
      resolveKnownTags: false,
      merge: false,
      // The library compares each key with each.
      uniqueKeys: false,
      logLevel: "error",
    });
  } catch (error) {
    // The parser calls itself for each level that something is nested.
    return { fault: error instanceof RangeError ? "nested too deep" : cutText(messageOf(error)) };
  }
  // Of the warnings, only tags that are not resolved change what is read.
  const tag = document.warnings.find(({ code }) => code === "TAG_RESOLVE_FAILED");
  const syntax = document.errors[0] ?? tag;
  if (syntax !== undefined) return { fault: cutText(syntax.message, 500) };
  const fault = repeatedKey(document, lines);
  return fault === undefined ? { document, lines } : { fault };
}

/** What a document holds as plain values; aliases can make a short text endless. */
export function valueOf(document: Document): YamlValue {
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    return { fault: messageOf(error), path: [] };
  }
  return unusableValue(value) ?? { value };
}

function repeatedKey(document: Document, lines: LineCounter): string | undefined {
  const rest: unknown[] = [document.contents];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (isPair(node)) rest.push(...[node.key, node.value].filter((part) => part !== null && part !== undefined));
    if (!isCollection(node)) continue;
    for (const item of node.items) rest.push(item);
    if (!isMap(node)) continue;
    const keys = new Set<string>();
    for (const { key } of node.items) {
      const name = isScalar(key) ? String(key.value) : isAlias(key) ? `*${key.source}` : undefined;
      if (name === undefined) continue;
      if (keys.has(name)) {
        const [start = 0] = (isScalar(key) && key.range) || [];
        return `line ${lines.linePos(start).line}: the key "${cutText(name)}" stands there twice`;
      }
      keys.add(name);
    }
  }
  return undefined;
}

function unusableValue(top: unknown): { readonly fault: string; readonly path: readonly PropertyKey[] } | undefined {
  interface Place {
    readonly value: unknown;
    readonly path: readonly string[];
  }
  const rest: Place[] = [{ value: top, path: [] }];
  let count = 0;
  for (let place = rest.pop(); place !== undefined; place = rest.pop()) {
    const { value, path } = place;
    if (typeof value === "string" && value.includes("\0")) return { fault: "a text with the character NUL", path };
    if (typeof value !== "object" || value === null) continue;
    if (path.length === MAX_DEPTH) return { fault: `nested deeper than ${MAX_DEPTH} levels`, path: path.slice(0, 1) };
    const entries = Object.entries(value);
    count += entries.length;
    if (count > MAX_VALUES)
      return { fault: `more than ${MAX_VALUES} values, aliases included`, path: path.slice(0, 1) };
    for (const [key, each] of entries) rest.push({ value: each, path: [...path, key] });
  }
  return undefined;
}
