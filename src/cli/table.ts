import stringWidth from "string-width";
import { oneLine } from "./printable.ts";

const NUMBER = /^[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?%?$/i;

/**
 * Rows of text as a plain table: aligned columns two spaces apart below a line of dashes, columns of numbers to the
 * right, no newline at the end.
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows].map((cells) => header.map((_, column) => oneLine(cells[column] ?? "")));
  const widths = header.map((_, column) =>
    lines.reduce((most, cells) => Math.max(most, stringWidth(cells[column] ?? "")), 0),
  );
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
      .join("  ")
      .trimEnd();
  const [head = [], ...body] = lines;
  return [layOut(head), widths.map((width) => "-".repeat(width)).join("  "), ...body.map(layOut)].join("\n");
}
