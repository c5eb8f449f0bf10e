import stringWidth from "string-width";
import { oneLine } from "./printable.ts";
import { cut } from "./run-view/screen.ts";

/** Columns between two of a table, and those that a cut one has at least. */
const [GAP, LEAST_CUT] = [2, 8];

const NUMBER = /^[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?%?$/i;

/**
 * Rows of text as a plain table: aligned columns two spaces apart below a line of dashes, columns of numbers to the
 * right, no newline at the end.
 * @param fit which column is cut where the table would be wider than so many columns, though to no less than eight.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  fit?: { readonly column: number; readonly width: number },
): string {
  const whole = [header, ...rows].map((cells) => header.map((_, column) => oneLine(cells[column] ?? "")));
  const lines = fit === undefined ? whole : fitted(whole, fit);
  const widths = widthsOf(lines);
  const right = header.map((_, column) => {
    const cells = lines.slice(1).map((line) => line[column] ?? "");
    return cells.some((cell) => NUMBER.test(cell)) && cells.every((cell) => NUMBER.test(cell) || /^-?$/.test(cell));
  });
  const layOut = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const padding = " ".repeat((widths[column] ?? 0) - stringWidth(cell));
        return right[column] === true ? padding + cell : cell + padding;
      })
      .join(" ".repeat(GAP))
      .trimEnd();
  const [head = [], ...body] = lines;
  return [layOut(head), widths.map((width) => "-".repeat(width)).join(" ".repeat(GAP)), ...body.map(layOut)].join("\n");
}

function widthsOf([head = [], ...body]: readonly (readonly string[])[]): number[] {
  return head.map((name, column) =>
    body.reduce((most, cells) => Math.max(most, stringWidth(cells[column] ?? "")), stringWidth(name)),
  );
}

function fitted(
  lines: readonly (readonly string[])[],
  { column, width }: { readonly column: number; readonly width: number },
): string[][] {
  const widths = widthsOf(lines);
  const others = widths.reduce((sum, each, at) => sum + (at === column ? 0 : each + GAP), 0);
  const room = Math.max(LEAST_CUT, width - others);
  return lines.map((cells) => cells.map((cell, at) => (at === column ? cut(cell, room) : cell)));
}
