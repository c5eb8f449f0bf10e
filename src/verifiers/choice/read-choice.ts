import { plainText, withoutMarkup, type Choices } from "./choices.ts";
import { isAsked, isDenied, isDeniedBehind, mentionsOf } from "./mentions.ts";
import { IN_BRACKETS, readNames } from "./names.ts";
import { LATIN, phrases, phrasesBehind, STATED_ELSEWHERE } from "./phrase-patterns.ts";
import { readBoxes } from "./read-box.ts";
import { segmentsOf } from "./segments.ts";

/** Only the end of a longer response is read. */
const MAX_READ = 20_000;

/** How a response is read. */
export interface Reading {
  /** Whether only the clearest kinds of naming count: in a box, stated, alone on the last line. */
  readonly isStrict: boolean;
  /** What counts of a response that corrects itself: the last answer, or all of them, so that it names several. */
  readonly correction: "last" | "refuse";
}

/**
 * The letters that a response names as its answer, by the clearest kind of naming that is in it: in a box; stated ("the
 * answer is B"); alone on its last line. Where there is none, and it need not be so clear: claimed ("B is correct", "I
 * choose B", "B is left"); at the beginning of lines, when they agree; named as if to conclude, and not denied. Several
 * letters mean that the response does not commit itself. A letter that is none of the choices is one, too: it was named.
 */
export function readChoice(response: string, choices: Choices, reading: Reading): ReadonlySet<string> {
  const text = withoutMarkup(response.slice(-MAX_READ))
    .replaceAll(/[ \t\u00A0]+/g, " ")
    .replaceAll(ANSWER_TAG, "\n")
    .replaceAll(SUPPOSED, " not ");
  const all = new Set<string>();
  let last: ReadonlySet<string> = new Set();
  let standing = "";
  const segments = segmentsOf(text);
  for (const [place, segment] of segments.entries()) {
    if (segment.withdraws) [last, standing] = [new Set(), ""];
    standing += segment.text;
    const isLast = place === segments.length - 1;
    const named = firstOf(
      [
        ...(place > 0 ? [readCorrection] : []),
        ...STRICT,
        ...(isLast || reading.correction === "refuse" ? [readLastLines] : []),
      ],
      segment.text,
      choices,
    );
    for (const letter of named) all.add(letter);
    if (named.size > 0) last = named;
  }
  if (last.size === 0 && !reading.isStrict) last = firstOf(LOOSE, standing, choices);
  return reading.correction === "last" || last.size === 0 ? last : new Set([...all, ...last]);
}

type Reader = (text: string, choices: Choices) => readonly string[];

/** What the first reader that finds anything finds. */
function firstOf(readers: readonly Reader[], text: string, choices: Choices): ReadonlySet<string> {
  for (const read of readers) {
    const letters = new Set(read(text, choices));
    if (letters.size > 0) return letters;
  }
  return new Set();
}

const STRICT: readonly Reader[] = [readBoxes, (text, choices) => readBehind(STATEMENT, text, choices)];

const LOOSE: readonly Reader[] = [readClaims, readLabels, readMentions];

// Every repetition in these patterns is bounded.

/** The tag that DeepSeek-R1-Zero answers in: what it holds stands alone. */
const ANSWER_TAG = /<\/?answer>/gi;
const ADVERB = String.raw`(?!unlikely|hardly|scarcely|barely|false|wrong|incorrect|mistaken|supposed)[a-z]{2,15}ly`;
/** "The answer is", in English. */
const STATED =
  String.raw`\b(?:answer(?: choice| option)?|(?:correct|right|best|final|my|chosen) (?:option|choice|letter))` +
  String.raw`(?: (?:to|for) (?:the|this) (?:question|problem))?` +
  String.raw`(?:,? (?:is|was|be|would|should|must|therefore|thus|then|most|indeed|hence|so|either|by (?:process of )?elimination,?|${ADVERB})\b){0,5}` +
  String.raw`,?\s{0,2}[:=]?\s{0,3}(?:the )?`;
const STATEMENT = new RegExp(`(?:${STATED}|${STATED_ELSEWHERE})`, "giu");
/** The same, only supposed or denied. */
const SUPPOSED = new RegExp(
  String.raw`(?:(?:\b(?:if|suppose|supposing|assume|assuming|whether|unless|doubt|unlikely|unsure|wrong|incorrect` +
    String.raw`|not (?:true|sure|certain|clear))|(?:\bnot|\bcannot|n['’]t) (?:think|believe|mean|say|claim|know))` +
    String.raw`(?: that)?(?: the| my)?(?: correct| right| best| final)? ${STATED}` +
    String.raw`|${phrases("supposed")} ?(?:[${LATIN}]{1,12} ){0,3}[正]?[确確]?的?${STATED_ELSEWHERE})`,
  "giu",
);
const LEFT = String.raw`(?:leav(?:es?|ing)(?: (?:us|me))?(?: with)?|left with|remains)(?: only| just)?`;
const LEFT_OVER = new RegExp(String.raw`\b${LEFT} `, "giu");
/** Behind what is left: nothing, or as what. */
const AS_ANSWER = /^[)\].:]{0,2}(?:\s*$|\n|[.,;!?](?!\w)| (?:as|for|alone|because|since|which|to be)\b)/i;
const CLAIM = new RegExp(
  String.raw`(?:\b(?:choose|pick|select|(?:go|going) (?:with|for)|it(?:['’]s| is)|must be|by (?:process of )?elimination,?) |${phrases("chosen")} ?)`,
  "giu",
);
const ONLY = String.raw`only (?:(?:remaining|possible|viable|valid|consistent) )?(?:one|option|choice|answer|possibility)(?! (?:that|which) (?:fails|does|is (?:wrong|incorrect|false)))`;
const CLAIMED = new RegExp(
  String.raw`^[)\].:]{0,2}(?: (?:is|must be|seems|looks) (?:clearly |indeed )?(?:(?:the|our|my) )?` +
    String.raw`(?:correct|right|best|answer|true|remaining|${ONLY}|(?:one )?left(?! (?:of|out|aside|over|open|to)\b))(?!\w)` +
    String.raw`| remains(?!\w)(?! (?:to|open|un))| survives(?!\w)| it is(?!\w)| is what (?:remains|is left))` +
    String.raw`|^[)\]]?[):] ?(?:correct|right|true|yes)(?!\w)|^[)\].:]{0,2} ?${phrasesBehind("right")}`,
  "iu",
);
/** What a correction begins with: "No, it should be B". */
const CORRECTION =
  /^[\s,.:;!…–—-]{0,6}(?:(?:it|that|this|i|the (?:right|correct) one)(?:['’]s| is| should be| must be| would be| mean| choose) |make (?:it|that) |so |to )?/i;
const LABEL = new RegExp(String.raw`^ ?(?:${IN_BRACKETS}|(?<bare>[A-Z])[).:](?!\w))`, "gim");
/** Behind a letter that is only mentioned: nothing more is said of it, or why. A question is no answer. */
const CONCLUDED =
  /^[)\].:]{0,2}(?:\s*$|\n|[.,;!](?!\w)| (?:because|since|fits|works|matches)\b|です|だ|である| ?(?:번)?(?:입니다|이다|이에요))/i;

/** The names behind an opening, unless they are then denied, or something else follows that may not. */
function readBehind(opening: RegExp, text: string, choices: Choices, following = /(?:)/): string[] {
  return [...text.matchAll(opening)].flatMap(({ index, 0: match }) => {
    const { letters, end } = readNames(text, index + match.length, choices);
    return isDeniedBehind(text, end) || isAsked(text, end) || !following.test(text.slice(end, end + 60)) ? [] : letters;
  });
}

/** The names right behind words that take back what was said. */
function readCorrection(text: string, choices: Choices): readonly string[] {
  const { letters, end } = readNames(text, CORRECTION.exec(text)?.[0].length ?? 0, choices);
  return CONCLUDED.test(text.slice(end, end + 60)) && !isDeniedBehind(text, end) ? letters : [];
}

/** The name that is alone on the last line, with those on the lines above, as long as there is nothing else on them. */
function readLastLines(text: string, choices: Choices): string[] {
  const [last = "", ...above] = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .reverse();
  const letters = [...readAlone(last, choices)];
  for (const line of letters.length === 0 ? [] : above) {
    const names = splitNames(line, choices);
    if (names.letters.length === 0 || names.rest !== "") break;
    letters.push(...names.letters);
  }
  return letters;
}

/** The names in a text that is nothing else, but for the choice's own text behind its letter: "B. Paris". */
function readAlone(text: string, choices: Choices): readonly string[] {
  const { letters, rest } = splitNames(text, choices);
  const own = letters.length === 1 ? choices.texts[choices.letters.indexOf(letters[0] ?? "")] : undefined;
  return rest === "" || plainText(rest) === own ? letters : [];
}

function splitNames(text: string, choices: Choices): { readonly letters: readonly string[]; readonly rest: string } {
  const trimmed = text.trim();
  const { letters, end } = readNames(trimmed, 0, choices);
  const rest = trimmed.slice(end).replace(/^[)\].:,;!]{1,3}(?: |$)/, "");
  return { letters, rest: rest.trim() };
}

/** The letter that lines begin with; letters of several lines are a list, and nothing is chosen. */
function readLabels(text: string): string[] {
  const labels = [...text.matchAll(LABEL)];
  const letters = new Set(labels.map(({ groups = {} }) => (groups["wrapped"] ?? groups["bare"] ?? "").toUpperCase()));
  // The point or bracket behind the letter is a part of what denies it: "A: wrong".
  const denied = labels.some(({ index, 0: label }) => isDenied(text, index, index + label.length - 1));
  return letters.size === 1 && !denied ? [...letters] : [];
}

function readClaims(text: string, choices: Choices): string[] {
  const claimed = mentionsOf(text, choices).filter(({ rest }) => CLAIMED.test(rest));
  const left = readBehind(LEFT_OVER, text, choices, AS_ANSWER);
  return [...readBehind(CLAIM, text, choices), ...left, ...claimed.map(({ letter }) => letter)];
}

function readMentions(text: string, choices: Choices): string[] {
  const mentions = mentionsOf(text, choices);
  return mentions.some(({ rest }) => CONCLUDED.test(rest)) ? mentions.map(({ letter }) => letter) : [];
}
