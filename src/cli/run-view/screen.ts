import { styleText } from "node:util";
import cliTruncate from "cli-truncate";
import stringWidth from "string-width";
import { oneLine } from "../printable.ts";
import type { Progress } from "./progress.ts";

/** Where a view is drawn. */
export interface Screen {
  /** Columns, and the most lines; Infinity where it may be as long as it likes. */
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

type Style = "bold" | "dim" | "cyan" | "yellow";

/** A text in a style, where there is colour. */
export function paint({ colour }: Screen, style: Style, text: string): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}

/** A curve over a run's steps, pale where they are those of the run that it was forked from. */
export function paintCurve(
  screen: Screen,
  picture: string,
  { step, forkedFrom }: Pick<Progress, "step" | "forkedFrom">,
): string {
  const before = forkedFrom === null || step === 0 ? 0 : Math.round((picture.length * forkedFrom.step) / step);
  const styled = (style: Style, part: string): string => (part === "" ? "" : paint(screen, style, part));
  return styled("dim", picture.slice(0, before)) + styled("cyan", picture.slice(before));
}

/** A text, styled or not, cut to columns; what was cut shows as an ellipsis. */
export function cut(text: string, columns: number): string {
  return stringWidth(text) <= columns ? text : cliTruncate(text, Math.max(1, columns));
}

/** A name as a cell of a width, with what a terminal would act on escaped. */
export function cell(name: string, width: number): string {
  const text = cut(oneLine(name), width);
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}
