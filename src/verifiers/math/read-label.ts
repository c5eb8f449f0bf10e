import type { Token } from "./vocabulary.ts";

/** An answer to a question of multiple choice that names the letter of the choice in front of it. */
export interface Labelled {
  /** The letter; null when there is none, or nothing but it. */
  readonly label: string | null;
  readonly rest: string;
}

const SPACE = String.raw`(?:\s|~|\\[ ,;:])`;
const LABEL = new RegExp(
  String.raw`^(?:\\(?:text|textbf|textrm|mathrm|mathbf)\s?\{${SPACE}*\(([A-J])\)${SPACE}*(\})?${SPACE}*|\(([A-J])\)${SPACE}+)`,
);

/** Takes the label off an answer such as `\textbf{(C)}\ 5`. */
export function splitLabel(written: string): Labelled {
  const [match, inText, close, bare] = LABEL.exec(written) ?? [];
  const rest = written.slice(match?.length ?? 0);
  if (match === undefined || /^[}\s.]*$/.test(rest)) return { label: null, rest: written };
  const isOpen = inText !== undefined && close === undefined;
  return { label: inText ?? bare ?? null, rest: isOpen ? `\\text{${rest}` : rest };
}

/** The tokens of an answer without the words that only announce it: "Total: 5", "The answer is 5". */
export function withoutAnnouncement(tokens: readonly Token[]): readonly Token[] {
  const [first, colon, next] = tokens;
  if (first?.type !== "word" || /\bnot\b|n't\b/i.test(first.text)) return tokens;
  if (colon?.text === ":" && next !== undefined && next.type !== "word") return tokens.slice(2);
  return /\bis$/.test(first.text) && colon !== undefined ? tokens.slice(colon.text === ":" ? 2 : 1) : tokens;
}
