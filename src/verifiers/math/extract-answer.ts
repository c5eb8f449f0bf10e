import { findBoxed } from "./find-boxed.ts";
import { findFormulas } from "./find-formulas.ts";
import { MAX_SEARCHED } from "./limits.ts";
import { withoutThinking } from "../text/without-thinking.ts";
import { looksLikeMath, readNumber } from "./read-prose.ts";
import { type Answer, readAnswer } from "./read-answer.ts";

/** Where an answer was found in a response. */
export type Place = "boxed" | "final answer" | "####" | "answer" | "whole" | "formula" | "number";

/** The answer of a response, and where it was found. */
export interface Extraction {
  readonly answer: Answer;
  readonly place: Place;
}

/**
 * The final answer of a response: the last boxed group, or "the final answer is ..." or `#### ...` behind it; else
 * what follows "answer is" or "answer:"; else the whole of a response that is nothing but mathematics;
 * else the last formula or number. What stands before `</think>` is no part of the response, and only the end of a long
 * response is searched. Null when there is none.
 */
export function extractAnswer(response: string): Extraction | null {
  const text = withoutThinking(response).slice(-MAX_SEARCHED);
  const boxed = findBoxed(text);
  if (boxed === "contradictory") return null;
  const strong = lastOf(text, STRONG_ANCHORS, boxed?.end ?? 0);
  if (strong !== null) return strong;
  if (boxed !== null) {
    const answer = readAnswer(boxed.content);
    return answer && { answer, place: "boxed" };
  }
  return extractUnboxed(text);
}

function extractUnboxed(written: string): Extraction | null {
  const text = written.replaceAll(NEGATED, " ");
  const weak = lastOf(text, WEAK_ANCHORS, 0);
  if (weak !== null) return weak;
  if (text.length <= MAX_WHOLE && looksLikeMath(text)) {
    const answer = readAnswer(text);
    if (answer !== null && answer.expression !== null) return { answer, place: "whole" };
  }
  return readLast(text);
}

const MAX_WHOLE = 300;
const MAX_BEHIND = 400;

type Anchors = readonly (readonly [Place, RegExp])[];

const STRONG_ANCHORS: Anchors = [
  ["final answer", /final answer[^.\n]{0,100}?(?:\bis\b|:)/gi],
  ["####", /####/g],
];
const WEAK_ANCHORS: Anchors = [["answer", /answer[^.\n]{0,60}?(?:\bis\b|\bare\b|[:=]|\s(?=[-$\d\\]))/gi]];
/** What a response says that the answer is not. */
const NEGATED = /(?:\bnot|n't)\s+(?:equal to\s+)?\S+/gi;

/** The answer behind the last anchor that begins behind a place. */
function lastOf(text: string, anchors: Anchors, from: number): Extraction | null {
  let last: { readonly place: Place; readonly end: number } | null = null;
  for (const [place, anchor] of anchors) {
    for (const match of text.matchAll(anchor)) {
      const end = match.index + match[0].length;
      if (match.index >= from && (last === null || end > last.end)) last = { place, end };
    }
  }
  if (last === null) return null;
  const answer = readBehind(text.slice(last.end));
  return answer && { answer, place: last.place };
}

/** The answer at the beginning of a text: a formula near by, or what is said up to the end of the sentence. */
function readBehind(rest: string): Answer | null {
  const near = rest.slice(0, MAX_BEHIND).replace(/^[\s*:`"']+/, "");
  const [sentence = ""] = near.split(/\n|\*\*|[.!?](?=\s|$)/, 1);
  const [clause = ""] = sentence.split(/[,;]\s|\s\(|\b(?:because|since|so|which|when|where|if|as)\b/, 1);
  const formula = findFormulas(near)[0];
  const isNear = formula !== undefined && formula.start <= Math.min(50, sentence.length);
  const whole = looksLikeMath(sentence) ? readAnswer(sentence) : null;
  if (whole?.expression) return whole;
  const written = isNear && isFormula(formula.content) ? readAnswer(formula.content) : null;
  if (written !== null) return written;
  const part = looksLikeMath(clause) ? readAnswer(clause) : null;
  if (part?.expression) return part;
  const number = readNumber(sentence, "first");
  return readAnswer(number === null ? sentence : number.text);
}

/** The last formula that can be read, or the last number, whichever ends later. */
function readLast(text: string): Extraction | null {
  const formulas = findFormulas(text).slice(-MAX_FORMULAS).toReversed();
  const number = readNumber(text, "last");
  for (const formula of formulas) {
    if (number !== null && number.start >= formula.end) break;
    const answer = isFormula(formula.content) ? readAnswer(formula.content) : null;
    // A formula that is not understood is the answer all the same when the last number is a part of it.
    const isLast = formula === formulas[0] && (number === null || number.start >= formula.start);
    if (answer?.expression || (answer && isLast)) return { answer, place: "formula" };
  }
  const answer = number && readAnswer(number.text);
  return answer && { answer, place: "number" };
}

/** Formulas that are tried, from the last one. */
const MAX_FORMULAS = 5;

/** Whether what stands between dollars is a formula, not the prose between two amounts of money. */
function isFormula(content: string): boolean {
  return content.includes("\\") || looksLikeMath(content);
}
