import type { TokenText } from "../../../src/server/answers.ts";

/** A part of a prompt: the text of tokens in a row, or one special token. */
export interface PromptPiece {
  readonly text: string;
  readonly isSpecial: boolean;
}

/** Joins the tokens of a prompt to parts: of a thousand tokens only the special ones need an element of their own. */
export function promptPieces(tokens: readonly TokenText[]): PromptPiece[] {
  const pieces: PromptPiece[] = [];
  for (const { id, text, isSpecial } of tokens) {
    const own = text ?? `⟨${id}⟩`;
    const last = pieces.at(-1);
    if (isSpecial || last === undefined || last.isSpecial) pieces.push({ text: own, isSpecial });
    else pieces[pieces.length - 1] = { text: last.text + own, isSpecial: false };
  }
  return pieces;
}
