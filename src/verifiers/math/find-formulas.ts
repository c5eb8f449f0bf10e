import { MAX_ANSWER_LENGTH } from "./limits.ts";

/** A formula of a text, or several joined by "and", "or" or a comma. */
export interface Formula {
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

const CLOSERS: ReadonlyMap<string, string> = new Map([
  ["$$", "$$"],
  ["$", "$"],
  ["\\[", "\\]"],
  ["\\(", "\\)"],
]);

/** A fraction or mixed number in LaTeX that stands in the text by itself. */
const BARE = String.raw`-?(?:(?<!\d)\d{1,9})?\\[dt]?frac\{-?\d+\}\{\d+\}`;
const OPENER = new RegExp(String.raw`\\\$|\$\$|\$|\\\[|\\\(|${BARE}`, "g");

/** The formulas between $, $$, \( \) and \[ \], in order; those joined by "and", "or" or a comma as one. */
export function findFormulas(text: string): Formula[] {
  const formulas: Formula[] = [];
  /** Closers that do not occur any more: nothing is searched twice. */
  const missing = new Set<string>();
  OPENER.lastIndex = 0;
  for (let match = OPENER.exec(text); match !== null; match = OPENER.exec(text)) {
    const formula = formulaAt(text, match[0], match.index, missing);
    if (formula === null) continue;
    OPENER.lastIndex = formula.end;
    append(formulas, formula, text);
  }
  return formulas;
}

function formulaAt(text: string, opener: string, start: number, missing: Set<string>): Formula | null {
  const from = start + opener.length;
  if (opener.includes("frac")) return { start, end: from, content: opener };
  const closer = CLOSERS.get(opener);
  if (closer === undefined || missing.has(closer)) return null;
  // $ behind a digit closes nothing and opens nothing: it is an amount of money.
  if (opener === "$" && /\d/.test(text[start - 1] ?? "")) return null;
  const close = indexOfCloser(text, closer, from);
  if (close === -1) missing.add(closer);
  if (close === -1 || close === from || close - from > MAX_ANSWER_LENGTH) return null;
  const content = text.slice(from, close);
  if (opener === "$" && content.includes("\n")) return null;
  const end = close + closer.length;
  const percent = /^\s?(?:\\?%|percent\b)/.test(text.slice(end, end + 9));
  return { start, end, content: percent ? `${content}\\%` : content };
}

/** Where a closer stands that no backslash is in front of: \$ is an amount of money. */
function indexOfCloser(text: string, closer: string, from: number): number {
  let at = text.indexOf(closer, from);
  while (at > from && text[at - 1] === "\\") at = text.indexOf(closer, at + 1);
  return at;
}

function append(formulas: Formula[], formula: Formula, text: string): void {
  const last = formulas.at(-1);
  const between = last === undefined ? "" : text.slice(last.end, formula.start);
  if (last !== undefined && between.length < 20 && /^\s*(?:,?\s*(?:and|or)|,)\s*$/.test(between)) {
    const content = `${last.content}, ${formula.content}`;
    formulas[formulas.length - 1] = { start: last.start, end: formula.end, content };
  } else formulas.push(formula);
}
