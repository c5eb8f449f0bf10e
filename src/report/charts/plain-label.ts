/** What moves a cursor, changes a terminal's state, reverses a text or cannot be seen. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A text from data on one line of a chart: controls and marks that reorder text escaped, cut to a length, and without the
 * sign that starts a style of the chart library's rich text (`{style|text}`), so that it can only be text.
 * @param length most characters.
 */
export function plainLabel(text: string, length = 60): string {
  const characters = Array.from(text.slice(0, 4 * length));
  const cut = characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : characters.join("");
  return cut
    .replaceAll(
      INVISIBLE,
      (character) => String.raw`\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
    )
    .replaceAll("{", "❴")
    .replaceAll("}", "❵");
}
