import { NUMBER_WORD } from "../numbers/number-words.ts";
import { anyOf, phrasesFor } from "../text/answer-phrases.ts";

/** A stretch of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What stands around a value is looked at this far. */
const MAX_AROUND = 60;

const OR = anyOf(phrasesFor("or"));
const MAYBE = String.raw`(?:\s?(?:maybe|perhaps|possibly|even|else)\b,?)?`;
const OTHER_BEFORE = new RegExp(String.raw`${OR}${MAYBE}\s?[$€£(]?(?<named>[a-z]\w?\s?=\s?)?$`, "iu");
/** The first of two values of a name: "x = 2" in "x = 2 or x = 3". */
const NAMED_BEFORE = /[A-Za-z]\w?\s?=\s?[^\s,;=]{1,30}$/;
const OTHER_BEHIND = new RegExp(
  [
    String.raw`^(?:[\s,(]{0,3}${OR}\s?[^.,;:\n]{0,30}`,
    String.raw`[\s,(]{0,3}(?:maybe|perhaps|possibly)\s(?:[-$€£]?\d|${NUMBER_WORD})[^.,;:\n]{0,30}`,
    String.raw`(?:\s?[\p{L}-]{1,20}){1,3}[\s,(]{1,3}${OR}${MAYBE}\s(?:[-$€£]?\d|${NUMBER_WORD})[^.,;:\n]{0,30})`,
  ].join("|"),
  "iu",
);
/** Behind these an answer begins that "or" ends. */
const BEGINNING =
  /[.,;:=\n]\s|[:=\n(。]|\b(?:is|are|be|was|were|equals?|either|takes?|costs?|has|have|gets?|gives?|of|by|in|need|needs)\s|[是为有]/giu;

/** The stretch in which a value stands beside another one that may be the answer as well ("four or 5"); else null. */
export function alternativesAround(text: string, { start, end }: Span): Span | null {
  const before = text.slice(Math.max(0, start - MAX_AROUND), start);
  const or = OTHER_BEFORE.exec(before);
  const behind = OTHER_BEHIND.exec(text.slice(end, end + MAX_AROUND))?.[0] ?? "";
  if (or === null && behind === "") return null;
  const first = before.slice(0, or?.index).replace(/[,\s]+$/, "");
  const named = or?.groups?.["named"] === undefined ? null : NAMED_BEFORE.exec(first);
  const beginning = [...first.matchAll(BEGINNING)].at(-1);
  const from = named?.index ?? (beginning === undefined ? 0 : beginning.index + beginning[0].length);
  const unit = behind === "" ? (/^\s?[\p{L}°%]{1,20}/u.exec(text.slice(end, end + MAX_AROUND))?.[0] ?? "") : behind;
  return { start: or === null ? start : start - before.length + from, end: end + unit.length };
}
