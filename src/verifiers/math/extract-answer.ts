import { findBoxed } from "./find-boxed.ts";
import { type Formula, findFormulas } from "./find-formulas.ts";
import { MAX_SEARCHED } from "./limits.ts";
import { withoutThinking } from "../text/without-thinking.ts";
import { isBounded, looksLikeMath, MAX_BOUND, readNumber, withSigns } from "./read-prose.ts";
import { type Answer, readAnswer } from "./read-answer.ts";

/** Where an answer was found in a response. */
export type Place = "boxed" | "<answer>" | "final answer" | "####" | "answer" | "whole" | "formula" | "number";

/** The answer of a response, and where it was found. */
export interface Extraction {
  readonly answer: Answer;
  readonly place: Place;
}

/**
 * The final answer of a response: the last boxed group or `<answer>...</answer>`, or a value that "the final answer is ..."
 * or `#### ...` gives behind it; else what follows "answer is" or "answer:"; else the whole of a response that is nothing
 * but mathematics; else the last formula or number. What stands before `</think>` is no part of the response, and only the
 * end of a long response is searched. Null when there is none.
 */
export function extractAnswer(response: string): Extraction | null {
  const text = withoutThinking(response).slice(-MAX_SEARCHED);
  const boxed = findBoxed(text);
  if (boxed === "contradictory") return null;
  const tagged = findTagged(text);
  const isTagged = tagged !== null && tagged.start > (boxed?.end ?? 0);
  const from = (isTagged ? tagged.end : boxed?.end) ?? 0;
  const strong = lastOf(text.slice(from).replaceAll(NEGATED, " "), STRONG_ANCHORS, from === 0);
  if (strong !== null) return strong;
  if (isTagged) return extractTagged(tagged.content);
  if (boxed !== null) {
    const answer = readAnswer(boxed.content);
    return answer && { answer, place: "boxed" };
  }
  return extractUnboxed(text);
}

function extractUnboxed(written: string): Extraction | null {
  const text = written.replaceAll(NEGATED, " ");
  const weak = lastOf(text, WEAK_ANCHORS, true);
  if (weak !== null) return weak;
  if (text.length <= MAX_WHOLE && looksLikeMath(text)) {
    const answer = readAnswer(text);
    if (answer !== null && answer.expression !== null) return { answer, place: "whole" };
  }
  return readLast(text);
}

interface Tagged {
  readonly content: string;
  readonly start: number;
  readonly end: number;
}

/** The last answer between the tags that DeepSeek-R1 answers with. */
function findTagged(text: string): Tagged | null {
  const close = [...text.matchAll(/<\/answer>/gi)].at(-1);
  const open = close && [...text.slice(0, close.index).matchAll(/<answer>/gi)].at(-1);
  if (close === undefined || open === undefined) return null;
  const start = open.index + open[0].length;
  return { content: text.slice(start, close.index), start, end: close.index + close[0].length };
}

function extractTagged(content: string): Extraction | null {
  const unboxed = looksLikeMath(content) ? null : extractUnboxed(content);
  const answer = unboxed?.answer ?? readAnswer(content);
  return answer && { answer, place: "<answer>" };
}

const MAX_WHOLE = 300;
const MAX_BEHIND = 400;

type Anchors = readonly (readonly [Place, RegExp])[];

const STRONG_ANCHORS: Anchors = [
  ["final answer", /final answer[^.\n]{0,100}?(?:\bis\b|:)/gi],
  // A heading is no answer: "#### Step 2".
  ["####", /####(?!#|[ \t*]{0,9}[A-Za-z]{4})/g],
];
const WEAK_ANCHORS: Anchors = [["answer", /answer[^.\n]{0,60}?(?:\bis\b|\bare\b|[:=]|\s(?=[-$\d\\]))/gi]];
/** What a response says that the answer is not. */
const NEGATED = /(?:\b(?:can)?not|n't)\s+(?:(?:equal to|equal|be|exactly|simply|just)\s+)?\S+/gi;

/**
 * The answer behind the last anchor that one can be read behind: a value, or words too where the last anchor has none.
 * @param wordsToo whether words are an answer: not behind a box, where "The final answer is correct." says nothing.
 */
function lastOf(text: string, anchors: Anchors, wordsToo: boolean): Extraction | null {
  const found = anchors.flatMap(([place, anchor]) =>
    [...text.matchAll(anchor)].map((match) => ({ place, end: match.index + match[0].length })),
  );
  const [last] = found.toSorted((left, right) => right.end - left.end);
  if (last === undefined) return null;
  const rest = text.slice(last.end, last.end + MAX_BEHIND);
  const answer = readBehind(rest, wordsToo) ?? (wordsToo ? readAnswer(sentenceOf(rest)) : null);
  return answer && { answer, place: last.place };
}

function sentenceOf(rest: string): string {
  const [sentence = ""] = startOf(rest).split(/\n|\*\*|[.!?](?=[`"']?(?:\s|$))/, 1);
  return sentence.replace(/[`"']+$/, "");
}

function startOf(rest: string): string {
  return withSigns(rest).replace(/^[\s*:`"']+/, "");
}

/** The value at the beginning of a text: a formula near by, or a number up to the end of the sentence, or of its clause. */
function readBehind(rest: string, isFar: boolean): Answer | null {
  const near = startOf(rest);
  const sentence = sentenceOf(rest);
  const [clause = ""] = sentence.split(/[,;]\s|\s\(|\b(?:because|since|so|which|when|where|if|as)\b/, 1);
  const whole = looksLikeMath(sentence) ? readAnswer(sentence) : null;
  if (whole?.expression) return whole;
  const [formula] = findFormulas(near);
  const isNear = formula !== undefined && formula.start <= Math.min(50, sentence.length);
  if (isNear && isFormula(formula.content)) {
    const written = readAnswer(signedFormula(near, formula));
    if (written !== null) return written;
  }
  const part = looksLikeMath(clause) ? readAnswer(clause) : null;
  if (part?.expression) return part;
  const number = readNumber(isFar ? sentence : clause, "first");
  return number && readAnswer(number.text);
}

/** A formula's text with the minus that stands in front of it; empty when words there say that it is no answer. */
function signedFormula(text: string, { start, content }: Formula): string {
  const before = text.slice(Math.max(0, start - MAX_BOUND), start);
  if (isBounded(before)) return "";
  return /(?:^|\s)[-\u2212]\s?$/.test(before) ? `-(${content})` : content;
}

/** The last formula that can be read, or the last number, whichever ends later. */
function readLast(written: string): Extraction | null {
  const text = withSigns(written);
  const formulas = findFormulas(text).slice(-MAX_FORMULAS).toReversed();
  const number = readNumber(text, "last");
  for (const formula of formulas) {
    if (number !== null && number.start >= formula.end) break;
    const answer = isFormula(formula.content) ? readAnswer(signedFormula(text, formula)) : null;
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
