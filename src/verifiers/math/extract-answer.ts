import { alternativesAround, type Span } from "../answer/alternatives-around.ts";
import type { AnswerSource } from "../answer/answer-option.ts";
import type { Boxed } from "../answer/find-boxed.ts";
import { withoutOpenBoxes } from "../answer/find-boxes.ts";
import { type AnswerReader, findStated, type Strictness } from "../answer/find-stated.ts";
import type { Statement } from "../answer/read-statement.ts";
import { withoutNegated } from "../answer/without-negated.ts";
import { unifyCharacters } from "../text/unify-characters.ts";
import { type Formula, findFormulas } from "./find-formulas.ts";
import { isRounding } from "./is-rounding.ts";
import { MAX_SEARCHED } from "./limits.ts";
import { type Answer, readAnswer } from "./read-answer.ts";
import { isBounded, isFormula, looksLikeMath, MAX_BOUND, readNumber, withSigns } from "./read-prose.ts";

/** Where an answer was found in a response. */
export type Place = "boxed" | "<answer>" | "final answer" | "####" | "answer" | "whole" | "formula" | "number";

/** The answer of a response, and where it was found. */
export interface Extraction {
  readonly answer: Answer;
  /** The same rounded, where the response gives that behind it as well. */
  readonly rounded?: Answer;
  readonly place: Place;
}

/**
 * The final answer of a response: what it states as that (answer/find-stated.ts); else, as far as the source allows, the
 * whole of a response that is nothing but mathematics; else the last formula or number, a guess. Only the end of a long
 * response is searched. Null when there is none.
 */
export function extractAnswer(response: string, source: AnswerSource): Extraction | null {
  const text = withoutOpenBoxes(unifyCharacters(response.slice(-MAX_SEARCHED)));
  const stated = findStated(text, source, READER);
  if (stated !== undefined || source.from === "boxed") return stated ?? null;
  const given = withoutNegated(text);
  if (source.from === "any") return readWhole(given) ?? readLast(given);
  return source.isCut ? null : readWhole(given);
}

/** The answer that a worked solution states; null when it states none, or none that can be read. */
export function statedAnswer(solution: string): Answer | null {
  return findStated(unifyCharacters(solution.slice(-MAX_SEARCHED)), WHOLE_SOLUTION, READER)?.answer ?? null;
}

const WHOLE_SOLUTION: AnswerSource = { from: "stated", isCut: false };

const READER: AnswerReader<Extraction> = { boxed: readBoxed, tagged: readTagged, statement: readBehind };

function readBoxed({ contents, approximation }: Boxed): Extraction | null {
  const answer = readAnswer(contents.map((content) => content.replace(FULL_STOP, "")).join(", "));
  if (approximation === null) return answer && { answer, place: "boxed" };
  const rounded = readAnswer(approximation);
  if (answer && rounded && isRounding(answer, rounded)) return { answer, rounded, place: "boxed" };
  return rounded && { answer: rounded, place: "boxed" };
}

function readTagged(content: string): Extraction | null {
  const found = looksLikeMath(content) ? null : extractAnswer(content, { from: "any", isCut: false });
  const answer = found?.answer ?? readAnswer(content);
  return answer && { answer, place: "<answer>" };
}

/** A response that is nothing but an answer: mathematics, a word in dollars, or one word. */
function readWhole(text: string): Extraction | null {
  if (text.length > MAX_WHOLE) return null;
  const isMath = looksLikeMath(text);
  if (!isMath && !WORD.test(text)) return null;
  const answer = readAnswer(text.replace(FULL_STOP, ""));
  return answer !== null && (answer.expression !== null || !isMath) ? { answer, place: "whole" } : null;
}

const MAX_WHOLE = 300;
const WORD = /^\s*(?:\p{L}{2,30}|\$\p{L}{2,30}(?: \p{L}{2,30}){0,3}\$)[.\s]*$/u;
/** The full stops of scripts other than ours; that is taken off with the other marks around an answer. */
const FULL_STOP = /(?![.!?])\p{Sentence_Terminal}\s*$/u;

/** Formulas this near to the beginning of a claim are what is claimed. */
const NEAR = 50;

/** The value that a statement begins with, or has further on; words too, where the value need not come first. */
function readBehind({ place, ...statement }: Statement, strictness: Strictness): Extraction | null {
  if (METHOD.test(statement.clause)) return null;
  const answer = readClaim(statement, strictness);
  if (answer !== null) return { answer, place };
  const words = strictness === "alone" ? null : readAnswer(withSigns(statement.claim));
  return words && { answer: words, place };
}

function readClaim(
  { claim: written, clause, behindClause }: Omit<Statement, "place">,
  strictness: Strictness,
): Answer | null {
  const claim = withSigns(EXPLAINED.test(behindClause) ? clause : written);
  const whole = looksLikeMath(claim) ? readAnswer(claim) : null;
  if (whole?.expression) return whole;
  // "5, 6 and 7 apples" is no statement of 5.
  if (/^[,;]\s?(?:(?:and|or)\s)?[-$]?\d/.test(behindClause)) return null;
  const first = withSigns(clause);
  const joint = readAlternatives(first + behindClause, { start: 0, end: first.length });
  if (joint !== undefined) return joint;
  const part = looksLikeMath(first) ? readAnswer(first) : null;
  if (part?.expression) return part;
  if (strictness === "alone") return null;
  const [formula] = findFormulas(first);
  if (formula?.start === 0 && isFormula(formula.content)) return readFormula(first, formula);
  if (strictness === "first" && !/^[-\u2212$€£]?\.?\d/.test(first)) return null;
  return readFirst(claim);
}

/** How an answer is found, which says no value: "found by adding 2 and 3". */
const METHOD =
  /^(?:\w+ly )?(?:obtained|found|calculated|computed|derived|determined|reached|got|gotten) (?:by|from|through|via|using|with|as)\b/i;
/** Brackets with what holds where the answer is reached: "5 (x = 3)". */
const EXPLAINED = /^\s\((?=[^()]{0,60}=)/;

/** The first formula near the beginning of a text, or the first number. */
function readFirst(text: string): Answer | null {
  const formula = findFormulas(text).find(({ content }) => isFormula(content));
  const number = readNumber(text, "first");
  const isFirst = formula !== undefined && formula.start <= NEAR && !(number && number.start < formula.start);
  return (isFirst ? readFormula(text, formula) : null) ?? (number && readValue(text, number.start, number.text));
}

/** A formula with the minus in front of it; null where words there say that it is no answer. */
function readFormula(text: string, { start, end, content }: Formula): Answer | null {
  const before = text.slice(Math.max(0, start - MAX_BOUND), start);
  if (isBounded(before)) return null;
  const joint = readAlternatives(text, { start, end });
  if (joint !== undefined) return joint;
  return readAnswer(/(?:^|\s)[-\u2212]\s?$/.test(before) ? `-(${content})` : content);
}

/** A number; together with what stands beside it as another answer ("120 minutes or 2 hours"), which it may equal. */
function readValue(text: string, start: number, number: string): Answer | null {
  const joint = readAlternatives(text, { start, end: start + number.length });
  return joint === undefined ? readAnswer(number) : joint;
}

/** What is said of a value together with others joined to it by "or"; `undefined` where there are none. */
function readAlternatives(text: string, span: Span): Answer | null | undefined {
  const alternatives = alternativesAround(text, span);
  if (alternatives === null) return undefined;
  const joined = text.slice(alternatives.start, alternatives.end).replaceAll(/[$*]|\((?=\p{L}{2})/gu, "");
  const answer = readAnswer(joined);
  return answer?.expression ? answer : null;
}

/** The last formula that can be read, or the last number, whichever ends later. */
function readLast(written: string): Extraction | null {
  const text = withSigns(written);
  const formulas = findFormulas(text).slice(-MAX_FORMULAS).toReversed();
  const number = readNumber(text, "last");
  for (const formula of formulas) {
    if (number !== null && number.start >= formula.end) break;
    const answer = isFormula(formula.content) ? readFormula(text, formula) : null;
    // A formula that is not understood is the answer all the same when the last number is a part of it.
    const isLast = formula === formulas[0] && (number === null || number.start >= formula.start);
    if (answer?.expression || (answer && isLast)) return { answer, place: "formula" };
  }
  const answer = number && readValue(text, number.start, number.text);
  return answer && { answer, place: "number" };
}

/** Formulas that are tried, from the last one. */
const MAX_FORMULAS = 5;
