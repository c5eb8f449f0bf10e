import { foldCase } from "../text/fold-case.ts";
import { readScale } from "../numbers/scale.ts";
import { plainText, withoutMarkup, type Choices } from "./choices.ts";

/** Only the end of a longer response is read. */
const MAX_READ = 20_000;
/** A box that is not closed after so many characters is none. */
const MAX_BOX = 1000;

/**
 * The letters that a response names as its answer, by the clearest kind of naming that is in it: in a box; stated ("the
 * answer is B"); alone on its last line. Where there is none, and it need not be so clear: claimed ("B is correct", "I choose B"); at the beginning of lines,
 * when they agree; named as if to conclude, and not denied. Several letters mean that the
 * response does not commit itself. A letter that is none of the choices is one, too: it was named.
 */
export function readChoice(response: string, choices: Choices, isStrict: boolean): ReadonlySet<string> {
  const text = withoutMarkup(response.slice(-MAX_READ))
    .replaceAll(/[ \t\u00A0]+/g, " ")
    .replaceAll(DENIED_STATEMENT, " not ");
  for (const read of isStrict ? STRICT : [...STRICT, ...LOOSE]) {
    const letters = new Set(read(text, choices));
    if (letters.size > 0) return letters;
  }
  return new Set();
}

type Reader = (text: string, choices: Choices) => readonly string[];

const STRICT: readonly Reader[] = [
  (text, choices) => boxesOf(text).flatMap((content) => readAlone(content, choices)),
  (text, choices) => readBehind(STATEMENT, text, choices),
  readLastLines,
];

const LOOSE: readonly Reader[] = [readClaims, readLabels, readMentions];

// Every repetition in these patterns is bounded.

/** "The answer is". */
const STATED =
  String.raw`\b(?:answer(?: choice| option)?|(?:correct|right|best|final|my|chosen) (?:option|choice|letter))` +
  String.raw`(?: (?:to|for) (?:the|this) (?:question|problem))?` +
  String.raw`(?:,? (?:is|was|be|would|should|must|therefore|thus|then|most|likely|probably|clearly|indeed|hence|so|either)\b){0,5}` +
  String.raw`,?\s{0,2}[:=]?\s{0,3}`;
const STATEMENT = new RegExp(STATED, "gi");
/** The same, only supposed or denied. */
const DENIED_STATEMENT = new RegExp(
  String.raw`(?:\b(?:if|suppose|supposing|assume|assuming|whether|unless|doubt|unlikely|unsure|wrong|incorrect` +
    String.raw`|not (?:true|sure|certain|clear))|(?:\bnot|\bcannot|n['’]t) (?:think|believe|mean|say|claim|know))` +
    String.raw`(?: that)?(?: the| my)?(?: correct| right| best| final)? ${STATED}`,
  "gi",
);
const CLAIM = /\b(?:choose|pick|select|(?:go|going) (?:with|for)|it(?:['’]s| is)|must be) /gi;
const CLAIMED =
  /^[)\].:]{0,2} (?:is|must be|seems|looks) (?:clearly |indeed )?(?:the )?(?:correct|right|best|answer|true)\b/i;
const DENIAL =
  /(?:\bnot|\bcannot|n['’]t|\bnever|\bexcept|\bexcluding|\b(?:exclude|eliminate|reject|rule out)[sd]?|\b(?:than|instead of|over|beats?|unlike)) (?:be |necessarily |really )?(?:option |choice )?$/i;
const DENIED =
  /^[)\].:]{0,2} (?:(?:is|are|was|can?|could|does|would|must|seems) ?(?:not\b|n['’]t|wrong|incorrect|false|impossible|too\b|ruled out|eliminated|a distractor)|(?:fail|violate|contradict)s?\b)/i;

const IN_BRACKETS = String.raw`[([{<] ?(?<wrapped>[A-Z]) ?[)\]}>]`;
const BARE = String.raw`(?<bare>[A-Z])(?![\w'’])`;
const NAME = new RegExp(`(?:(?:option|choice|letter) )?(?:${IN_BRACKETS}|${BARE})`, "iy");
const LABEL = new RegExp(String.raw`^ ?(?:${IN_BRACKETS}|(?<bare>[A-Z])[).:](?!\w))`, "gim");
const MENTION = new RegExp(String.raw`(?<!\w)(?:${IN_BRACKETS}|${BARE})`, "g");
const HEDGE = String.raw`(?:and|or|but|maybe|possibly|perhaps|alternatively|otherwise|else|also|even|if not|(?:could|might|may) be)\b`;
/** What stands between two names of one answer. */
const LINK = new RegExp(
  String.raw`[)\]]? ?\(?(?:(?:\/|&|\||\+|(?:and\/or|and|or|vs\.?|versus)\b|(?<loose>[,;–—-]|\s{1,3}|but\b)) ?(?:${HEDGE},? ?){0,3}|${HEDGE} ?)|` +
    String.raw`[)\]]? ?(?=${IN_BRACKETS})`,
  "iy",
);

/** What may follow a letter that is no word. */
const ENDED = /^(?:\s*$| ?\n|[.,:;!?)\]}>/&|](?!\w)| ?[(/&|]| [-–—] |[-–—+][A-Za-z](?!\w))/;
const LINE_ENDED = /^[)\].]{0,2} ?(?:$|\n)/;
const REASONED = /^ (?:because|since|as|or|and|for|due|which|rather|over|instead)\b/i;
/** Behind a letter that is only mentioned: nothing more is said of it, or why. */
const CONCLUDED = /^[)\].:]{0,2}(?:\s*$|\n|[.,;!?](?!\w)| (?:because|since|fits|works|matches)\b)/i;

/** Whether a letter without brackets is a name: "A" and "I" are words, and so is any small letter, where a word follows. */
function isName(letter: string, rest: string): boolean {
  return ENDED.test(rest) || REASONED.test(rest) || (/[A-Z]/.test(letter) && !"AI".includes(letter));
}

interface Names {
  readonly letters: readonly string[];
  readonly end: number;
}

/** The names that stand at a place of the text, of which there are several in "B or C". */
function readNames(text: string, start: number, choices: Choices): Names {
  const letters: string[] = [];
  let end = start;
  let name = readName(text, start, choices);
  while (name !== null) {
    letters.push(name.letter);
    end = name.end;
    LINK.lastIndex = end;
    const link = LINK.exec(text);
    const next = link === null ? null : readName(text, LINK.lastIndex, choices);
    const loose = link?.groups?.["loose"];
    // Behind a comma another thought may begin: "B, C is wrong"; on a new line, the explanation of a choice.
    const ended = loose?.trim() === "" ? LINE_ENDED : ENDED;
    const isOther = next !== null && loose !== undefined && !ended.test(text.slice(next.end, next.end + 10));
    name = isOther ? null : next;
  }
  return { letters, end };
}

function readName(text: string, start: number, { letters, texts }: Choices): { letter: string; end: number } | null {
  NAME.lastIndex = start;
  const match = NAME.exec(text);
  const { wrapped, bare = wrapped } = match?.groups ?? {};
  if (bare !== undefined && (wrapped !== undefined || isName(bare, text.slice(NAME.lastIndex, NAME.lastIndex + 10)))) {
    return { letter: bare.toUpperCase(), end: NAME.lastIndex };
  }
  const found = letters
    .map((letter, index) => ({ letter, text: texts[index] ?? "" }))
    .filter((choice) => choice.text !== "" && standsAt(text, start, choice.text))
    .sort((left, right) => right.text.length - left.text.length)[0];
  return found === undefined ? null : { letter: found.letter, end: start + found.text.length };
}

function standsAt(text: string, start: number, part: string): boolean {
  const end = start + part.length;
  if (foldCase(text.slice(start, end)) !== part || GOES_ON.test(text.slice(end, end + 6))) return false;
  return !/\d$/.test(part) || isWholeNumber(text.slice(end, end + 60));
}

/** Behind the text of a choice: it is only a part of another. */
const GOES_ON = /^(?:\p{L}|[.,/^]?\p{N}|\/\p{L})/u;

/** Whether a number that is the end of a choice's text ends there, in view of what follows it. */
function isWholeNumber(rest: string): boolean {
  if (/^ ?(?:%|[-–×*/^:+=±] ?\p{N}|(?:to|or|and) \p{N})/u.test(rest)) return false;
  return readScale(rest, 0).factor?.numerator === 1n;
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

function readBehind(opening: RegExp, text: string, choices: Choices): string[] {
  return [...text.matchAll(opening)].flatMap(({ index, 0: match }) => {
    const { letters, end } = readNames(text, index + match.length, choices);
    return DENIED.test(text.slice(end, end + 60)) ? [] : letters;
  });
}

/** The contents of the boxes in a text, braces inside of them balanced. */
function boxesOf(text: string): string[] {
  return [...text.matchAll(/\\(?:boxed|fbox) ?\{/g)].flatMap(({ index, 0: opening }) => {
    const start = index + opening.length;
    let depth = 1;
    for (let end = start; end < Math.min(text.length, start + MAX_BOX); end++) {
      if (text[end] === "{") depth++;
      if (text[end] === "}") depth--;
      if (depth === 0) return [text.slice(start, end)];
    }
    return [];
  });
}

/** The letter that lines begin with; letters of several lines are a list, and nothing is chosen. */
function readLabels(text: string): string[] {
  const labels = [...text.matchAll(LABEL)];
  const letters = new Set(labels.map(letterOf));
  const isDenied = labels.some(({ index, 0: label }) => {
    const end = index + label.length;
    return DENIED.test(text.slice(end, end + 60));
  });
  return letters.size === 1 && !isDenied ? [...letters] : [];
}

function readClaims(text: string, choices: Choices): string[] {
  const claimed = mentionsOf(text, choices).filter(({ rest }) => CLAIMED.test(rest));
  return [...readBehind(CLAIM, text, choices), ...claimed.map(({ letter }) => letter)];
}

function readMentions(text: string, choices: Choices): string[] {
  const mentions = mentionsOf(text, choices);
  return mentions.some(({ rest }) => CONCLUDED.test(rest)) ? mentions.map(({ letter }) => letter) : [];
}

/** The letters of choices wherever they stand in a text, but for those that are denied, with the text behind each. */
function mentionsOf(text: string, { letters }: Choices): { readonly letter: string; readonly rest: string }[] {
  return [...text.matchAll(MENTION)].flatMap((match) => {
    const end = match.index + match[0].length;
    const rest = text.slice(end, end + 60);
    const letter = letterOf(match);
    const isWord = match.groups?.["wrapped"] === undefined && !isName(letter, rest);
    const isDenied = DENIAL.test(text.slice(Math.max(0, match.index - 30), match.index)) || DENIED.test(rest);
    return isWord || isDenied || !letters.includes(letter) ? [] : [{ letter, rest }];
  });
}

function letterOf({ groups = {} }: RegExpExecArray): string {
  return (groups["wrapped"] ?? groups["bare"] ?? "").toUpperCase();
}
