/** A cell of a table as it comes from SQL. */
export type Cell = string | number | null;

/** A table as CSV (RFC 4180): texts with a separator, a quote or an end of line in quotes; null is empty. */
export function toCsv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: Cell): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
