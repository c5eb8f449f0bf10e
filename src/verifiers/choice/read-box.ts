import { plainText, type Choices } from "./choices.ts";
import { isDenied } from "./mentions.ts";
import { ALSO, BARE, IN_BRACKETS, OPTION, readNames } from "./names.ts";
import { LATIN } from "./phrase-patterns.ts";

/** A box that is not closed after so many characters is none. */
const MAX_BOX = 1000;

/** A choice's letter and what stands behind it: `(B) 3\pi`, `B: Rome`, `B. Rome`, `B - Rome`, `B 5`, `B \frac{1}{2}`. */
const LABELLED = new RegExp(
  String.raw`^${OPTION}?(?:${IN_BRACKETS}[:.]?|(?<dotted>[A-Z]) ?[).]|(?<named>[A-Z]) ?(?::|[-–—](?= \p{L})| (?=[\d(]|\\[dt]?frac|\\sqrt)))\s*(?<text>\S[^]*)$`,
  "iu",
);
/** Another letter in the text of a choice: one with a label of its own, or one that may be the answer as well. */
const OTHER = new RegExp(
  String.raw`(?:(?<![${LATIN}\\])(?:${IN_BRACKETS}|(?<labelled>[A-Z])[).:](?!\w))|${ALSO}${OPTION}?${BARE}|^(?<alone>[A-Z])$)`,
  "gu",
);

/** The letters that boxes in a text name as the answer; a box with anything else in it names none. */
export function readBoxes(text: string, choices: Choices): string[] {
  return boxesOf(text).flatMap((content) => readBox(content.trim(), choices));
}

function readBox(content: string, choices: Choices): readonly string[] {
  const { letters, end } = readNames(content, 0, choices);
  const rest = content
    .slice(end)
    .replace(/^[)\].:,;!]{1,3}/, "")
    .trim();
  if (letters.length > 1 || rest === "") return letters;
  const { wrapped, dotted = wrapped, named, text = "" } = LABELLED.exec(content)?.groups ?? {};
  // A small letter is a label in brackets or with a point only: `f: A \to B` is a function.
  const letter = dotted?.toUpperCase() ?? named;
  if (letter === undefined || !/[A-Z]/.test(letter)) return [];
  const said = plainText(text);
  if (said === choices.texts[choices.letters.indexOf(letter)]) return [letter];
  // What it says may be in other words than the choice's, but not in those of another choice.
  const contradicted = choices.letters.filter((_, index) => said === choices.texts[index]);
  return [letter, ...othersIn(text, choices), ...contradicted];
}

function othersIn(text: string, choices: Choices): string[] {
  return [...text.matchAll(OTHER)].flatMap(({ index, 0: match, groups = {} }) => {
    const { wrapped, labelled = wrapped, bare = labelled, alone = bare } = groups;
    const isOther =
      alone !== undefined &&
      choices.letters.includes(alone) &&
      !isDenied(text, index + match.indexOf(alone), index + match.length);
    return isOther ? [alone] : [];
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
