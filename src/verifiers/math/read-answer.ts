import type { Unit } from "../numbers/units.ts";
import { readWholeQuantity } from "../numbers/quantity.ts";
import { canonicalText } from "./evaluate/canonical-text.ts";
import type { Expression } from "./expression.ts";
import { MAX_ANSWER_LENGTH, MAX_TEXT_LENGTH } from "./limits.ts";
import { splitLabel, withoutAnnouncement } from "./read/read-label.ts";
import { splitCurrency, tokensOfPhrase } from "./read/read-phrase.ts";
import { parseAnswer } from "./parse/parse-answer.ts";
import { withoutDoubling } from "./parse/plain-characters.ts";
import { type Parameter, splitParameter } from "./read/parameter.ts";
import { roundedValue } from "./read/rounded-value.ts";
import { simplifyAnswer } from "./simplify/simplify-answer.ts";
import { stripUnits } from "./read/strip-units.ts";
import { withoutDegrees } from "./simplify/without-degrees.ts";
import { tokenise } from "./parse/tokenise.ts";
import { unitOf } from "./units.ts";

/** An answer as it was read. */
export interface Answer {
  /** Its text as written, without the marks around it. */
  readonly written: string;
  /** What it says; null when it is not understood, so that only its text can be compared. */
  readonly expression: Expression | null;
  /** Its unit of measurement, where that is a known one; of several answers the last one's. */
  readonly unit: Unit | null;
  /** What stands behind each of several answers beside each other as its unit; null behind those that have none. */
  readonly units: readonly (string | null)[];
  /** The letter of the choice in front of it: C in "(C) 5". */
  readonly label: string | null;
  /** What is said of a letter in it: k is any whole number. */
  readonly parameter: Parameter | null;
  /** The decimal that it is rounded to behind its exact value: 3.14 in "\pi \approx 3.14". */
  readonly rounded: Expression | null;
}

/** Reads an answer in LaTeX or plain text; null when nothing is there, and when it is too long. */
export function readAnswer(raw: string): Answer | null {
  if (raw.length > MAX_ANSWER_LENGTH) return null;
  const written = unwrap(withoutDoubling(raw)).replace(ARTICLE, "$1");
  const { label, rest: labelled } = splitLabel(written);
  const { currency, rest } = splitCurrency(labelled);
  const tokens = tokensOfPhrase(rest) ?? tokenise(rest);
  if (tokens?.length === 0) return null;
  if (tokens === null) return { written, expression: null, unit: null, units: [], label, ...NOTHING_ELSE };
  const { tokens: body, parameter } = splitParameter(withoutAnnouncement(tokens));
  const stripped = stripUnits(body);
  const expression = parseAnswer(stripped.tokens);
  const isKnown = tokens.every(({ type }) => type !== "unknown");
  const isOdd = expression === null || holdsWord(expression) || (stripped.unit === null && UPRIGHT.test(rest));
  const quantity = isOdd && isKnown && rest.length <= MAX_QUANTITY ? readWholeQuantity(withPlainUnits(rest)) : null;
  // A word that is no unit, by which that reader counts things, could say anything here.
  if (quantity?.unit && quantity.unit.dimension !== "" && !quantity.percent) {
    const number: Expression = { kind: "number", value: quantity.value, decimal: rest.includes("."), base: null };
    return { written, expression: number, unit: quantity.unit, units: [], label, ...NOTHING_ELSE };
  }
  return {
    written,
    expression: expression && simplifyAnswer(expression),
    unit: unitOf(stripped.unit ?? (isAngle(expression) ? "degree" : "")) ?? unitOf(currency),
    units: stripped.units,
    label,
    parameter,
    rounded: expression && roundedValue(expression),
  };
}

/** The article in front of an answer: the 12th. */
const ARTICLE = /^(\\text\{)?the\s+(?=\S)/i;

const NOTHING_ELSE = { parameter: null, rounded: null } as const;

/** Units of a kind that only the reader of quantities knows may follow: upright letters, degrees of temperature. */
const UPRIGHT = /\\(?:text|mathrm)(?![a-zA-Z])|(?:°|\\circ|\\degree)[\s}]{0,3}[CF]\b/;
/** Longer answers are no quantity. */
const MAX_QUANTITY = 100;

/** Units with powers and letters without braces around them. */
function withPlainUnits(text: string): string {
  return text.replaceAll(/\^\{(-?\d)\}/g, "^$1").replaceAll(/\\(?:text|mathrm) ([a-zA-Z])/g, "$1");
}

/** Whether an expression has words among its factors: units of a kind that only the reader of quantities knows. */
function holdsWord(node: Expression): boolean {
  return node.kind === "apply" && node.args.some((part) => holdsWord(part) || (part.kind === "symbol" && part.isWord));
}

/** Whether an answer is an angle written with the sign of degrees. */
function isAngle(expression: Expression | null): boolean {
  return expression?.kind === "apply" && withoutDegrees(expression) !== expression;
}

/** One text for equal answers, as far as that is cheap; cut where it is long, as that of 2^4000. */
export function textOf(answer: Answer): string {
  const text = answer.expression === null ? comparableText(answer.written) : canonicalText(answer.expression);
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}\u2026` : text;
}

const WRAPPERS: readonly (readonly [string, string])[] = [
  ["$$", "$$"],
  ["$", "$"],
  ["\\(", "\\)"],
  ["\\[", "\\]"],
  ["**", "**"],
  ["`", "`"],
  ["_", "_"],
  ["<b>", "</b>"],
  ['"', '"'],
  ["\u201c", "\u201d"],
];

/** A mark behind an answer, but no dots, or a space of LaTeX; a backslash whose space was trimmed. */
const TRAILING = /(?<![\\.,;:]|\\right)[.,;:]$|\\[,;:!]$|(?<=^|[^\\])\\$/;

/** The answer without the marks around it and the full stop behind it. */
function unwrap(raw: string): string {
  let text = raw.trim();
  for (;;) {
    const before = text;
    text = text.replace(TRAILING, "").trim();
    for (const [open, close] of WRAPPERS) {
      const inner = text.slice(open.length, -close.length);
      const wraps = text.length > open.length + close.length && text.startsWith(open) && text.endsWith(close);
      if (wraps && !inner.includes(open)) text = inner.trim();
    }
    if (text === before) return text;
  }
}

/** Commands and characters that change only the looks. */
const LOOKS = /\\(?:left|right|text|mathrm|textbf|displaystyle)(?![a-zA-Z])|\\[,;:! ]|[\s$"'`{}]/g;

/** What keeps two numbers apart: 1 2 is not 12. */
const BETWEEN_DIGITS = /(?<=\d\.?)(?:[\s~$]|\\[,;:! ])+(?=\.?\d)/g;

/** A text without what only changes its looks. */
export function comparableText(text: string): string {
  const bare = text
    .replaceAll(/\\[dt]frac/g, "\\frac")
    .replaceAll(BETWEEN_DIGITS, "_")
    .replaceAll(LOOKS, (look) => (/[{}]/.test(look) ? look : ""));
  return /^[\s\w{}]*$/.test(bare) && /[a-z]{2}/i.test(bare) ? bare.replaceAll(/[{}]/g, "").toLowerCase() : bare;
}
