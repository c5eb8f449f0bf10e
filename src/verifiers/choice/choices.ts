import { z } from "zod";
import type { VerifierProblem } from "../define-verifier.ts";
import { foldCase } from "../text/fold-case.ts";

/** The choices of a problem: their letters from A on, and their texts where the problem has them. */
export interface Choices {
  readonly letters: readonly string[];
  /** Normalised by {@link plainText}, beside the letters; empty when the problem does not have them. */
  readonly texts: readonly string[];
}

const textsSchema = z
  .array(z.union([z.string(), z.number()]).transform(String))
  .min(2)
  .max(26);

/**
 * The choices of a problem: those of its field `choices`, else letters alone up to a last one.
 * @throws Error when `choices` is there and is no list of 2 to 26 texts.
 */
export function choicesOf(problem: VerifierProblem, lastLetter: string): Choices {
  if (problem["choices"] === undefined) return { letters: lettersUpTo(lastLetter.charCodeAt(0) - 64), texts: [] };
  const texts = textsSchema.safeParse(problem["choices"]);
  if (!texts.success) throw new Error("the problem's `choices` is not a list of 2 to 26 texts");
  const letters = lettersUpTo(texts.data.length);
  const label = (index: number): RegExp => new RegExp(`^\\s*\\(?${letters[index]}[).:]\\s`);
  return { letters, texts: texts.data.map((text, index) => plainText(text.replace(label(index), ""))) };
}

function lettersUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String.fromCharCode(65 + index));
}

const FONT =
  /\\(?:text|textbf|textit|textrm|textsf|mathrm|mathbf|mathit|mathsf|boldsymbol|rm|bf)\s?\{([^{}]{0,500})\}/g;
/** The same where it holds up to the end of its group: \rm B. */
const FONT_SWITCH = /\\(?:rm|bf|it|sf|tt)\s(?=[A-Z(])/g;
/** White space as LaTeX writes it; a tilde only behind a letter or a bracket, since in front of a number it is "about". */
const SPACE = /\\(?:[ ,;:!]|q?quad(?![A-Za-z]))|(?<=[)\]}.:A-Za-z])~/g;

/** A text without what only dresses it up: `**B**`, `$B$`, `"B"`, `'B'`, `\text{B}` and `\textbf{\text{B}}` are B. */
export function withoutMarkup(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(FONT, "$1")
    .replaceAll(FONT, "$1")
    .replaceAll(FONT_SWITCH, "")
    .replaceAll(SPACE, " ")
    .replaceAll("。", ". ")
    .replaceAll("、", ", ")
    .replaceAll(/\\([%#&])/g, "$1")
    .replaceAll(/(?<!\w)['‘](\w)['’](?!\w)/g, "$1")
    .replaceAll(/\\[()[\]]|[*$`"“”]|(?<!\w)_|_(?!\w)/g, "");
}

/** A text as choices are compared: markup, case, white space and a full stop at the end aside. */
export function plainText(text: string): string {
  return foldCase(withoutMarkup(text)).replaceAll(/\s+/g, " ").trim().replace(/\.$/, "");
}

/**
 * The letter of the reference answer: a letter such as `B` or `(B)`, or where the problem has its choices also the text
 * of one or its index, counted from 0.
 * @throws Error when it is none, or could be read as two different ones.
 */
export function readGold(answer: string, { letters, texts }: Choices): string {
  const letter = /^\s*\(?([A-Za-z])[).:]?\s*$/.exec(answer)?.[1]?.toUpperCase();
  const index = /^\s*\d+\s*$/.test(answer) && texts.length > 0 ? letters[Number(answer)] : undefined;
  const byText = letters.filter((_, at) => texts[at] === plainText(answer));
  const found = new Set([letter, index, ...byText].filter((each) => each !== undefined && letters.includes(each)));
  const [gold, other] = found;
  const quoted = `the reference answer ${JSON.stringify(answer.slice(0, 100))}`;
  if (gold === undefined) throw new Error(`${quoted} is none of the choices ${letters.join(", ")}`);
  if (other !== undefined) throw new Error(`${quoted} can be read as ${gold} and as ${other}: give it as a letter`);
  return gold;
}
