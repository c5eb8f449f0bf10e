import { ARROWS, type Token } from "../vocabulary.ts";

/** An answer to a question of multiple choice that names the letter of the choice in front of it. */
export interface Labelled {
  /** The letter; null when there is none, or nothing but it. */
  readonly label: string | null;
  readonly rest: string;
}

const SPACE = String.raw`(?:\s|~|\\[ ,;:])`;
const TEXT = String.raw`\\(?:text|textbf|textrm|mathrm|mathbf)\s?\{`;
/** What begins the answer behind a letter in brackets that it touches: (D)5, but not the product (A)(B) or (A)+1. */
const VALUE = String.raw`(?=-?(?:\d|\\(?:[dt]?frac|sqrt|pi\b|\$)|\$\d))`;
/** (D), D), D. and D: in a text command; the same without one, with a space behind all but the first. */
const LABEL = new RegExp(
  [
    String.raw`^${TEXT}${SPACE}*(?:\(([A-J])\)|([A-J])[).:](?![\d.]))${SPACE}*(\})?${SPACE}*`,
    String.raw`^\(([A-J])\)(?:${SPACE}+|${VALUE})`,
    String.raw`^([A-J])(?:\)${SPACE}*|[.:]${SPACE}+)(?![=<>])`,
  ].join("|"),
);

/** Takes the label off an answer such as `\textbf{(C)}\ 5`. */
export function splitLabel(written: string): Labelled {
  const [match, inBrackets, inText, close, bracketed, bare] = LABEL.exec(written) ?? [];
  const rest = written.slice(match?.length ?? 0);
  if (match === undefined) return { label: null, rest: written };
  // The letter alone is the answer, and its bracket none that opens anywhere.
  if (/^[}\s.]*$/.test(rest)) return { label: null, rest: bare ?? written };
  const letter = inBrackets ?? inText;
  const isOpen = letter !== undefined && close === undefined;
  return { label: letter ?? bracketed ?? bare ?? null, rest: isOpen ? `\\text{${rest}` : rest };
}

/** The tokens of an answer without what only announces it: "Total: 5", "The answer is 5", "= 5", an arrow. */
export function withoutAnnouncement(tokens: readonly Token[]): readonly Token[] {
  const [first, colon, next] = tokens;
  if (first !== undefined && tokens.length > 1 && pointsAhead(first)) return withoutAnnouncement(tokens.slice(1));
  if (first?.type !== "word" || /\bnot\b|n't\b/i.test(first.text)) return tokens;
  if (colon?.text === ":" && next !== undefined && next.type !== "word") return tokens.slice(2);
  return /\bis$/.test(first.text) && colon !== undefined ? tokens.slice(colon.text === ":" ? 2 : 1) : tokens;
}

/** Whether a sign in front of an answer says only that it follows. */
function pointsAhead({ type, text }: Token): boolean {
  return (
    (type === "relation" && text === "=") ||
    (type === "operator" && text === ":") ||
    (type === "unknown" && ARROWS.has(text))
  );
}
