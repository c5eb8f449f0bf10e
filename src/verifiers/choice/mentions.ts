import type { Choices } from "./choices.ts";
import { BARE, IN_BRACKETS, isName, OPTION, REACH, readNames } from "./names.ts";
import { LATIN, phrases, phrasesBehind, words } from "./phrase-patterns.ts";

// Every repetition in these patterns is bounded.

/** A letter behind a number or the sign of degrees is its unit: 5 C, 37 °C. */
const LETTER = new RegExp(String.raw`(?<![${LATIN}])(?:${IN_BRACKETS}|(?<!\p{N} |[°º] ?)${BARE})`, "gu");

/** In front of what is denied. */
const DENIAL = new RegExp(
  String.raw`(?:(?:\b(?:not|cannot|never|neither|nor|except|excluding|unlikely|hardly|scarcely|barely|none of|leaving out|apart from|aside from|other than|besides)|n['’]t|\b(?:exclud|eliminat|reject|discard|dismiss)(?:e|es|s|ed|ing)?` +
    String.raw`|\brul(?:e|es|ed|ing) out|\b(?:than|instead of|over|beats?|unlike))(?: (?:to )?(?:be|necessarily|really|both|either))?` +
    String.raw`|${phrases("denial")}|${words("not")})[ ,:]{0,2}(?:the )?(?:(?:options|choices|letters|answers?) |${OPTION})?$`,
  "iu",
);
/** Behind what is denied. */
const DENIED = new RegExp(
  String.raw`^[)\].:]{0,2} (?:is|are|was|were|can(?:not|['’]t)?|could|does|do|would|must|seems?)` +
    String.raw`(?: (?:all|both|also|clearly|obviously|therefore|thus|then|hence|simply|be)){0,3} ?` +
    String.raw`(?:not\b|n['’]t|wrong|incorrect|false|impossible|too\b|ruled out|eliminated|excluded|rejected|discarded|out\b|a distractor|distractors)` +
    String.raw`|^[)\].:]{0,2} (?:can(?:not|['’]t) |(?:fail|violate|contradict)s?\b)` +
    String.raw`|^[)\]]?[):] ?(?:too|wrong|incorrect|false|no|not|impossible)\b` +
    String.raw`|^[)\]]{0,2} ?${phrasesBehind("wrong")}`,
  "iu",
);

/** Whether it is said of a name, or of several at once, that they are not the answer. */
export function isDenied(text: string, start: number, end: number): boolean {
  return DENIAL.test(text.slice(Math.max(0, start - 40), start)) || isDeniedBehind(text, end);
}

/** The same where only what follows can say so. */
export function isDeniedBehind(text: string, end: number): boolean {
  return DENIED.test(text.slice(end, end + 60));
}

/** Whether a question mark follows a name: what is asked is not answered. */
export function isAsked(text: string, end: number): boolean {
  return /^[)\]]? ?\?/.test(text.slice(end, end + 5));
}

/** A letter that is mentioned. */
export interface Mention {
  readonly letter: string;
  /** The text behind it. */
  readonly rest: string;
}

/** Letters that are mentioned together, and where. */
interface Group {
  readonly letters: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** Between the letters of a list: what is denied of its last one is denied of all, and likewise of its first. */
const LISTED = /^[)\]]?, ?(?:(?:and|or|und|oder|et|ou|y|o) )?[([]?$/;

/** The letters of choices wherever they stand in a text, but for those that are denied ("A, B and C are wrong") or asked for. */
export function mentionsOf(text: string, choices: Choices): Mention[] {
  const groups = groupsOf(text, choices);
  const isListed = groups.map(({ end }, place) => LISTED.test(text.slice(end, groups[place + 1]?.start ?? end)));
  const before = groups.map(({ start }) => DENIAL.test(text.slice(Math.max(0, start - 40), start)));
  const behind = groups.map(({ end }) => isDeniedBehind(text, end));
  for (let place = 1; place < groups.length; place++) {
    if (isListed[place - 1] && before[place - 1]) before[place] = true;
  }
  for (let place = groups.length - 2; place >= 0; place--) {
    if (isListed[place] && behind[place + 1]) behind[place] = true;
  }
  return groups.flatMap(({ letters, end }, place) => {
    if (before[place] || behind[place] || isAsked(text, end)) return [];
    const rest = text.slice(end, end + 60);
    return letters.filter((letter) => choices.letters.includes(letter)).map((letter) => ({ letter, rest }));
  });
}

const NAMED_OPTION = new RegExp(`${OPTION}$`, "iu");

function groupsOf(text: string, choices: Choices): Group[] {
  let read = 0;
  return [...text.matchAll(LETTER)].flatMap(({ index, 0: match, groups = {} }) => {
    if (index < read) return [];
    const { bare } = groups;
    const start = index - (NAMED_OPTION.exec(text.slice(Math.max(0, index - 20), index))?.[0].length ?? 0);
    const next = index + match.length;
    if (start === index && bare !== undefined && !isName(bare, text.slice(next, next + REACH))) return [];
    const { letters, end } = readNames(text, start, choices);
    if (letters.length === 0) return [];
    read = end;
    return [{ letters, start, end }];
  });
}
