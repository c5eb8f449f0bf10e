/** A piece of a text: as it is, or a character that could not be seen or would act, by its code. */
export interface Piece {
  readonly text: string;
  /** What stands there really, such as `U+202E`; null for a plain piece. */
  readonly code: string | null;
}

/**
 * Controls (but for the tab and the end of a line), separators, marks that reorder or join text, and lone halves of surrogate
 * pairs. The joiner of emoji and the variation selectors stay: they are in ordinary text.
 */
const INVISIBLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** Pictures of the C0 controls stand 0x2400 above them. */
const PICTURES = 0x2400;

/** Cuts a text into pieces, each character that cannot be seen in a piece of its own. Joined, the lengths stay readable. */
export function visiblePieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(INVISIBLE)) {
    const [character] = match;
    if (character === "\n" || character === "\t") continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), code: null });
    pieces.push(named(character));
    from = match.index + character.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), code: null });
  return pieces;
}

function named(character: string): Piece {
  const point = character.codePointAt(0) ?? 0;
  const code = `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  if (point < 0x20) return { text: String.fromCodePoint(PICTURES + point), code };
  if (point === 0x7f) return { text: "␡", code };
  return { text: code, code };
}

/** The start of a text with at most so many characters, never half a surrogate pair. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}
