import type { Column, ColumnType } from "../src/exports/column.ts";
import { ROLLOUT_COLUMNS } from "../src/exports/rollout-columns.ts";

/** The marks in docs/exports.md between which the tables of columns stand. */
const MARKS = ["<!-- columns, by pnpm docs:exports -->", "<!-- end of columns -->"] as const;

/** docs/exports.md with its tables of columns made anew from the columns themselves. */
export function withColumnTables(document: string): string {
  const [start, end] = MARKS.map((mark) => document.indexOf(mark));
  if (start === undefined || end === undefined || start < 0 || end < start)
    throw new Error(`docs/exports.md lacks its marks: ${MARKS.join(" ")}`);
  const verdicts = ROLLOUT_COLUMNS.flatMap(({ type }) =>
    typeof type === "object" && "records" in type ? type.records : [],
  );
  const tables = [columnTable(ROLLOUT_COLUMNS), "A member of `verdicts`:", columnTable(verdicts)].join("\n\n");
  return `${document.slice(0, start)}${MARKS[0]}\n\n${tables}\n\n${document.slice(end)}`;
}

/** Columns as a table of Markdown, laid out as the formatter does it. */
function columnTable(columns: readonly Column<never>[]): string {
  const rows = columns.map(({ name, type, nullable, about }) => [
    `\`${name}\``,
    `${typeName(type)}${nullable ? ", or null" : ""}`,
    about,
  ]);
  const all = [["column", "type", "what it is"], ...rows];
  const widths = [0, 1, 2].map((at) => Math.max(...all.map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(all[0] ?? []), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function typeName(type: ColumnType): string {
  if (typeof type === "string") return type;
  return "list" in type ? `list of ${type.list}` : "list of records";
}
