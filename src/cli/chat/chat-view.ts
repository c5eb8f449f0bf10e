import stringWidth from "string-width";
import { printable } from "../printable.ts";
import { cell, paint, type Screen } from "../run-view/screen.ts";
import { wrapText } from "../wrap-text.ts";

/** An answer as it stands. */
export interface ShownAnswer {
  readonly name: string;
  readonly text: string;
}

/** Columns that an answer needs beside another. */
const NARROWEST = 36;
const BETWEEN = "  │  ";

/**
 * Answers as a terminal shows them: one as it is; several side by side under their names where there is room, else one below
 * the other. Of more lines than the screen has, the last. Pure.
 */
export function chatView(answers: readonly ShownAnswer[], screen: Screen): string {
  const [only] = answers;
  if (answers.length === 1 && only !== undefined) return last(linesOf(only, screen.columns), screen).join("\n");
  const width = Math.floor((screen.columns - BETWEEN.length * (answers.length - 1)) / answers.length);
  const blocks = answers.map((answer) => {
    const columns = width >= NARROWEST ? width : screen.columns;
    return { head: paint(screen, "bold", cell(answer.name, columns).trimEnd()), lines: linesOf(answer, columns) };
  });
  if (width < NARROWEST)
    return last(
      blocks.flatMap(({ head, lines }, place) => [...(place > 0 ? [""] : []), head, ...lines]),
      screen,
    ).join("\n");
  const columns = blocks.map(({ head, lines }) => [head, ...lines]);
  const height = Math.max(...columns.map((lines) => lines.length));
  const rows = Array.from({ length: height }, (_, row) =>
    columns.map((lines, place) => (place < columns.length - 1 ? padded(lines[row] ?? "", width) : (lines[row] ?? ""))),
  );
  return last(
    rows.map((cells) => cells.join(paint(screen, "dim", BETWEEN)).trimEnd()),
    screen,
  ).join("\n");
}

/** A model's text, which may hold anything: nothing of it moves the cursor. */
function linesOf({ text }: ShownAnswer, columns: number): string[] {
  return wrapText(printable(text.trim().replaceAll("\t", "  ")), columns);
}

function padded(line: string, width: number): string {
  return line + " ".repeat(Math.max(0, width - stringWidth(line)));
}

function last(lines: readonly string[], { rows }: Screen): readonly string[] {
  return lines.length <= rows ? lines : lines.slice(-rows);
}
