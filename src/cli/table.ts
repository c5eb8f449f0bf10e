import { oneLine } from "./printable.ts";

const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const NUMBER = /^[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?%?$/i;
const GRAPHEMES = new Intl.Segmenter();

/** How many columns of a terminal a text takes: two for each wide character, and one for each other grapheme. */
function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/**
 * Rows of text as a plain table: aligned columns two spaces apart below a line of dashes, columns of numbers to the
 * right, no newline at the end.
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows].map((cells) => header.map((_, column) => oneLine(cells[column] ?? "")));
  const widths = header.map((_, column) =>
    lines.reduce((most, cells) => Math.max(most, widthOf(cells[column] ?? "")), 0),
  );
  const right = header.map((_, column) => {
    const cells = lines.slice(1).map((line) => line[column] ?? "");
    return cells.some((cell) => NUMBER.test(cell)) && cells.every((cell) => NUMBER.test(cell) || /^-?$/.test(cell));
  });
  const layOut = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const padding = " ".repeat((widths[column] ?? 0) - widthOf(cell));
        return right[column] === true ? padding + cell : cell + padding;
      })
      .join("  ")
      .trimEnd();
  const [head = [], ...body] = lines;
  return [layOut(head), widths.map((width) => "-".repeat(width)).join("  "), ...body.map(layOut)].join("\n");
}
