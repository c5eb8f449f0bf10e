import { ANSWER_PHRASES, anyOf, type AnswerPhrases } from "../text/answer-phrases.ts";

/** Words behind which a text states its answer. */
export interface Anchor {
  readonly place: "final answer" | "####" | "answer";
  /** Where the answer would begin. */
  readonly end: number;
  /** The words of its language. */
  readonly phrases: AnswerPhrases;
}

interface Patterns {
  readonly phrases: AnswerPhrases;
  readonly final: RegExp;
  readonly overriding: RegExp;
  readonly plain: RegExp;
  /** What an anchor ends in that gives no more than a bound: "the answer, at least, is". */
  readonly bounded: RegExp;
}

/** A number behind these words counts them: the answer to question 3. */
const NUMBERED = String.raw`(?<!\b(?:questions?|problems?|part|step|case|exercise|number))`;
const COLON = String.raw`\s{0,2}[:=]`;

const PATTERNS: readonly Patterns[] = ANSWER_PHRASES.map((phrases) => {
  const [answer, final, is] = [anyOf(phrases.answer), anyOf(phrases.finalAnswer), anyOf(phrases.is)];
  const label =
    phrases.label.length === 0 ? "" : String.raw`|(?:^|[\n。.;!?*#>]\s{0,3})${anyOf(phrases.label)}${COLON}`;
  return {
    phrases,
    final: new RegExp(String.raw`${final}[^.。\n]{0,100}?(?:${is}|:)`, "giu"),
    overriding: new RegExp(
      String.raw`${final}(?:[^.。:\n]{0,100}?${is}|(?<=(?:^|\n)[^\p{L}\n]{0,9}${final})[*_\s]{0,4}:)`,
      "giu",
    ),
    plain: new RegExp(
      String.raw`${answer}(?:[^.。\n]{0,60}?(?:${is}|[:=]|${NUMBERED}\s(?=[-$\d\\]))|(?<=\p{Lo})(?=\d))${label}`,
      "giu",
    ),
    bounded: new RegExp(String.raw`${anyOf(phrases.bound)}[\p{Lo},\s]{0,4}(?:${is}|[:=])?\s?$`, "iu"),
  };
});

/** In front of the name of the answer: what follows only supposes it, checks it, or says how sure of it one is. */
const SUPPOSED =
  /\b(?:(?:if|whether|unless|suppose|supposing|assume|assuming)(?: that)?|(?:confidence|certainty|confident|certain|sure) (?:in|of|about)|(?:verify|check|confirm|justify|explain)(?:ing)?) (?:(?:the|this|that|my|our|your) )?(?:(?:correct|right|final) )?$/i;
const MAX_BEFORE = 60;

/** The last place of a text behind which its answer stands: words for the final answer, or the `####` of GSM8K. */
export function lastFinalAnchor(text: string): Anchor | null {
  // A heading is no answer: "#### Step 2".
  const marks = [...text.matchAll(/####(?!#|[ \t*]{0,9}[A-Za-z]{4})/g)];
  const found = marks.map(({ index }): Anchor => ({ place: "####", end: index + 4, phrases: ENGLISH }));
  return lastOf([...anchorsOf(text, "final answer", "final"), ...found]);
}

/** The last place of a text where it says what the final answer is, as it must to override one that it gave before. */
export function lastOverridingAnchor(text: string): Anchor | null {
  return lastOf(anchorsOf(text, "final answer", "overriding"));
}

/** The last place of a text behind which what it calls the answer stands. */
export function lastAnchor(text: string): Anchor | null {
  return lastOf(anchorsOf(text, "answer", "plain"));
}

const ENGLISH = ANSWER_PHRASES.find(({ language }) => language === "en") as AnswerPhrases;

function anchorsOf(text: string, place: Anchor["place"], kind: "final" | "overriding" | "plain"): Anchor[] {
  return PATTERNS.flatMap(({ phrases, bounded, [kind]: pattern }) =>
    [...text.matchAll(pattern)]
      .filter(({ index, 0: match }) => !isSupposed(text, index) && !bounded.test(match))
      .map(({ index, 0: match }) => ({ place, end: index + match.length, phrases })),
  );
}

function isSupposed(text: string, start: number): boolean {
  return SUPPOSED.test(text.slice(Math.max(0, start - MAX_BEFORE), start));
}

function lastOf(anchors: readonly Anchor[]): Anchor | null {
  return anchors.toSorted((left, right) => left.end - right.end).at(-1) ?? null;
}
