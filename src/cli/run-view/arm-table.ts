import stringWidth from "string-width";
import { oneLine } from "../printable.ts";
import { recentMean, valuesOf } from "./curve.ts";
import { share } from "../../core/texts/share-text.ts";
import { sparkline } from "./format.ts";
import type { ArmProgress, Progress } from "./progress.ts";
import { cell, paint, paintCurve, type Screen } from "./screen.ts";

/** Columns of numbers: `next`, `held-out` and `practice` with two spaces before each. */
const NUMBERS = 6 + 10 + 10 + 2;
const LEAST_CURVE = 8;

/** The arms of a run as a table of at most so many lines: what does not fit is summed up in the last. */
export function armTable(progress: Progress, screen: Screen, most: number): string[] {
  const { arms } = progress;
  const entries = [...arms];
  const room = most - 1;
  const isWhole = entries.length <= room;
  const shown = isWhole ? entries : entries.slice(0, Math.max(0, room - 1));
  const longest = Math.max(3, ...shown.map(([arm]) => stringWidth(oneLine(arm))));
  const width = Math.min(longest, Math.max(8, Math.floor(screen.columns * 0.3)));
  const left = Math.min(120, screen.columns - width - NUMBERS);
  const curve = left < LEAST_CURVE ? 0 : left;
  const header = `${"arm".padEnd(width)}  next  held-out  practice${curve === 0 ? "" : "  pass rate over the steps"}`;
  const rows = shown.map(([arm, { probability, heldOut, passRates }]) => {
    const numbers = `${share(probability).padStart(4)}  ${share(heldOut).padStart(8)}  ${share(recentMean(passRates)).padStart(8)}`;
    const line = paintCurve(screen, sparkline(valuesOf(passRates), curve), progress);
    return `${cell(arm, width)}  ${numbers}  ${line}`;
  });
  const rest = isWhole ? [] : [paint(screen, "dim", restLine(entries.slice(shown.length).map(([, arm]) => arm)))];
  return [paint(screen, "dim", header), ...rows, ...rest].slice(0, most);
}

function restLine(arms: readonly ArmProgress[]): string {
  const known = (look: (arm: ArmProgress) => number | null): number[] =>
    arms.map(look).filter((value) => value !== null);
  const range = (values: readonly number[]): string =>
    values.length === 0 ? "-" : `${share(Math.min(...values))} to ${share(Math.max(...values))}`;
  const drawn = known(({ probability }) => probability);
  const next = drawn.length === 0 ? "-" : share(drawn.reduce((sum, value) => sum + value, 0));
  return (
    `and ${arms.length} more: next ${next}, held-out ${range(known(({ heldOut }) => heldOut))}, ` +
    `practice ${range(known(({ passRates }) => recentMean(passRates)))}`
  );
}
