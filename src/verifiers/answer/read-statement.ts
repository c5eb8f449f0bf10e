import { findFormulas } from "../math/find-formulas.ts";
import { isFormula } from "../math/read-prose.ts";
import { anyOf, type AnswerPhrases } from "../text/answer-phrases.ts";
import type { Anchor } from "./find-anchors.ts";

/** What a text says behind the words that announce its answer, without the marks in front. */
export interface Statement {
  readonly place: Anchor["place"];
  /** The sentence up to its reason, condition or explanation: "5" of "5, since 2 + 3 = 5" and "5: it is 2 + 3". */
  readonly claim: string;
  /** The claim's first clause, without "that", "therefore", "n equals" in front. */
  readonly clause: string;
  /** The rest of the claim. */
  readonly behindClause: string;
  /** Whether the text goes on behind the claim: else its end may be missing where the completion was cut. */
  readonly isFinished: boolean;
}

/** Characters read behind an anchor. */
const MAX_BEHIND = 400;

/** A point behind the letter of a choice ends nothing: "C. 5". */
const SENTENCE_END =
  /\n|\*\*(?!\s?[\d(])|(?<!^[A-J](?=\.\s[-$\d\\\0]))[.!?](?=[`"')\]]?(?:\s|$))|(?![.!?])\p{Sentence_Terminal}/u;
const CLAUSE_END = /[,;:](?=\s|\p{Lo}|$)|[、，；]|\s\(/u;
const MARKS = /^(?:[\s*:`"'“”「『_、,]|(?<=\n[ >]{0,8})>)+/;

const LEAD =
  /^(?:(?:that|just|simply|exactly|precisely|indeed|therefore|thus|then|hence|clearly|obviously|also|equal to|given by|so|donc|alors|somit|daher|por (?:lo )?tanto|entonces|est|de|:),?\s+)+/i;
/** A bare name before what it is: "$n$ equals", "x is". */
const NAMED =
  /^(?:the (?:value|number) of )?\$?\\?(?:[A-Za-z]|[a-z]{2,7}(?=\$))(?:_\{?\w{1,5}\}?)?\$?\s+(?:is|equals|=)\s+(?:equal to\s+)?/;

const REASONS = new Map<AnswerPhrases, RegExp>();

function reasonOf(phrases: AnswerPhrases): RegExp {
  const known = REASONS.get(phrases) ?? new RegExp(String.raw`${anyOf(phrases.reason)}|(?<=\S):\s(?!\d)`, "iu");
  REASONS.set(phrases, known);
  return known;
}

/** Reads what stands behind an anchor. Words within a formula end nothing. */
export function readStatement(text: string, { place, end, phrases }: Anchor): Statement {
  const rest = text.slice(end, end + MAX_BEHIND).replace(MARKS, "");
  const masked = withMaskedFormulas(rest);
  const sentenceEnd = indexOf(masked, SENTENCE_END) ?? rest.length;
  const lead = LEAD.exec(rest.slice(0, sentenceEnd))?.[0].length ?? 0;
  const reason = indexOf(masked.slice(lead, sentenceEnd), reasonOf(phrases));
  const claimEnd = reason === null ? sentenceEnd : lead + reason;
  const start = lead + (NAMED.exec(rest.slice(lead, claimEnd))?.[0].length ?? 0);
  const clauseEnd = start + (indexOf(masked.slice(start, claimEnd), CLAUSE_END) ?? claimEnd - start);
  return {
    place,
    claim: rest.slice(0, claimEnd).replace(/[\s`"',;_]+$/, ""),
    clause: rest.slice(start, clauseEnd).replace(/[\s`"'_]+$/, ""),
    behindClause: rest.slice(clauseEnd, claimEnd),
    isFinished: claimEnd < sentenceEnd || /^(?:\n|\*\*|[^.!?\s]|[.!?][^])/u.test(rest.slice(sentenceEnd)),
  };
}

function indexOf(text: string, pattern: RegExp): number | null {
  const at = text.search(pattern);
  return at === -1 ? null : at;
}

function withMaskedFormulas(text: string): string {
  let masked = text;
  for (const { start, end, content } of findFormulas(text)) {
    if (isFormula(content)) masked = masked.slice(0, start) + "\0".repeat(end - start) + masked.slice(end);
  }
  return masked;
}
