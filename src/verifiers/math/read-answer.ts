import { isEqual, type Rational } from "../../core/rational.ts";
import type { Unit } from "../numbers/units.ts";
import { areAnswersEqual } from "./compare-answers.ts";
import { canonicalText } from "./canonical-text.ts";
import { apply, type Expression, variablesOf } from "./expression.ts";
import { MAX_ANSWER_LENGTH, MAX_TEXT_LENGTH } from "./limits.ts";
import { areClocksEqual, readClock } from "./read-clock.ts";
import { splitLabel, withoutAnnouncement } from "./read-label.ts";
import { parseExpression } from "./parse-expression.ts";
import { simplifyAnswer } from "./simplify-answer.ts";
import { stripUnits } from "./strip-units.ts";
import { tokenise } from "./tokenise.ts";
import { isUnit, unitOf } from "./units.ts";

/** An answer as it was read. */
export interface Answer {
  /** Its text as written, without the marks around it. */
  readonly written: string;
  /** What it says; null when it is not understood, so that only its text can be compared. */
  readonly expression: Expression | null;
  /** Its unit of measurement, where that is a known one. */
  readonly unit: Unit | null;
  /** The letter of the choice in front of it: C in "(C) 5". */
  readonly label: string | null;
}

/** Reads an answer in LaTeX or plain text; null when nothing is there, and when it is too long. */
export function readAnswer(raw: string): Answer | null {
  if (raw.length > MAX_ANSWER_LENGTH) return null;
  const written = unwrap(raw);
  const { label, rest } = splitLabel(written);
  const tokens = tokenise(rest);
  if (tokens?.length === 0) return null;
  if (tokens === null) return { written, expression: null, unit: null, label };
  const stripped = stripUnits(withoutAnnouncement(tokens));
  const expression = parseExpression(stripped.tokens);
  const money = /^\\?([$€£])\s?[\d.]/.exec(rest)?.[1] ?? "";
  return {
    written,
    expression: expression && simplifyAnswer(expression),
    unit: unitOf(stripped.unit ?? (isAngle(expression) ? "degree" : "")) ?? unitOf(money),
    label,
  };
}

/** Whether an answer is written with the sign of degrees. */
function isAngle(expression: Expression | null): boolean {
  return expression?.kind === "apply" && expression.operator === "degree";
}

/** How an answer was found to be the reference answer: by its text or by what it says; null when it is not. */
export function matchAnswers(gold: Answer, response: Answer): "text" | "value" | null {
  if (gold.written === response.written) return "text";
  if (isLetter(gold, response.label) || isLetter(response, gold.label)) return "value";
  const clock = readClock(gold.written);
  if (clock !== null) {
    const other = readClock(response.written);
    return other !== null && areClocksEqual(clock, other) ? "value" : null;
  }
  if (!isRead(gold) || !isRead(response))
    return comparableText(gold.written) === comparableText(response.written) ? "text" : null;
  const { value, unit } = quantityOf(response, variablesOf(gold.expression).size === 0);
  const reference = quantityOf(gold, unit !== null);
  if (reference.unit === null || unit === null || areUnitsEqual(reference.unit, unit))
    return areAnswersEqual(reference.value, value) ? "value" : null;
  if (reference.unit.dimension !== unit.dimension) return null;
  return areAnswersEqual(inBaseUnits(reference.value, reference.unit), inBaseUnits(value, unit)) ? "value" : null;
}

/** Whether an answer is the letter of a choice alone, and that one. */
function isLetter({ expression }: Answer, label: string | null): boolean {
  return label !== null && expression?.kind === "symbol" && expression.name === label;
}

function areUnitsEqual(first: Unit, second: Unit): boolean {
  return (
    first.dimension === second.dimension && isEqual(first.factor, second.factor) && isEqual(first.offset, second.offset)
  );
}

function inBaseUnits(value: Expression, { factor, offset }: Unit): Expression {
  const number = (of: Rational): Expression => ({ kind: "number", value: of, decimal: false, base: null });
  return apply("add", apply("multiply", value, number(factor)), number(offset));
}

type Read = Answer & { readonly expression: Expression };

function isRead(answer: Answer): answer is Read {
  return answer.expression !== null;
}

interface Quantity {
  readonly value: Expression;
  readonly unit: Unit | null;
}

/**
 * An answer's value and unit. A letter that touches its number could be a unit or a variable, such as 5m: it is a unit
 * where the other answer has no variables.
 */
function quantityOf({ expression, unit }: Read, asUnit: boolean): Quantity {
  if (expression.kind !== "apply" || expression.operator !== "multiply" || !asUnit) return { value: expression, unit };
  const [value, letter, ...more] = expression.args;
  if (more.length > 0 || value?.kind !== "number" || letter?.kind !== "symbol") return { value: expression, unit };
  return isUnit(letter.name) ? { value, unit: unitOf(letter.name) } : { value: expression, unit };
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
];

/** A mark behind an answer, but no dots, or a space of LaTeX; a backslash whose space was trimmed. */
const TRAILING = /(?<![\\.,;:])[.,;:]$|\\[,;:!]$|(?<=^|[^\\])\\$/;

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

/** A text without what only changes its looks. */
function comparableText(text: string): string {
  const bare = text.replaceAll(/\\[dt]frac/g, "\\frac").replaceAll(LOOKS, (look) => (/[{}]/.test(look) ? look : ""));
  return /^[\s\w{}]*$/.test(bare) && /[a-z]{2}/i.test(bare) ? bare.replaceAll(/[{}]/g, "").toLowerCase() : bare;
}
