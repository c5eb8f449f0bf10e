import type { Side, StepLine } from "./blocks.ts";

/** The kept steps of each side, by round. */
export type Rounds = readonly Readonly<Record<Side, readonly StepLine[]>>[];

/** The median; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** The smallest value that a share of the values does not exceed; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? Number.NaN;
}

/** How many times as fast as TRL a side was, by round: TRL's median step over the side's own. */
export function ratios(rounds: Rounds, side: Side): number[] {
  return rounds.map((round) => medianMs(round.trl) / medianMs(round[side]));
}

/** Milliseconds a step of each side over all rounds, as a Markdown table. */
export function stepTable(rounds: Rounds, labels: Readonly<Record<Side, string>>): string {
  const rows = sidesOf(labels).map((side) => {
    const times = linesOf(rounds, side).map((line) => line.ms);
    const ratio = side === "trl" ? "1" : median(ratios(rounds, side)).toFixed(2);
    return [
      labels[side],
      ms(median(times)),
      ms(Math.min(...times)),
      ms(Math.max(...times)),
      String(times.length),
      ratio,
    ];
  });
  return table(["", "median ms", "min", "max", "steps", "TRL / this, median of rounds"], rows);
}

/** Median milliseconds and ratio of each round, as a Markdown table. */
export function roundTable(rounds: Rounds, labels: Readonly<Record<Side, string>>): string {
  const own = sidesOf(labels).filter((side) => side !== "trl");
  const rows = rounds.map((round, index) => [
    String(index + 1),
    ms(medianMs(round.trl)),
    ...own.flatMap((side) => [ms(medianMs(round[side])), (medianMs(round.trl) / medianMs(round[side])).toFixed(2)]),
  ]);
  return table(["round", labels.trl, ...own.flatMap((side) => [labels[side], "TRL / this"])], rows);
}

/** Median milliseconds of each phase of a side, as a Markdown table; `rest` is what the phases leave of the step. */
export function phaseTable(rounds: Rounds, sides: readonly Side[], labels: Readonly<Record<Side, string>>): string {
  const phases = [
    ...new Set(sides.flatMap((side) => linesOf(rounds, side).flatMap((line) => Object.keys(line.seconds)))),
  ];
  const rows = sides.map((side) => {
    const lines = linesOf(rounds, side);
    const rest = lines.map((line) => line.ms - sum(Object.values(line.seconds)) * 1000);
    return [
      labels[side],
      ...phases.map((phase) => ms(median(lines.map((line) => (line.seconds[phase] ?? 0) * 1000)))),
      ms(median(rest)),
    ];
  });
  return table(["median ms", ...phases, "rest"], rows);
}

function sidesOf(labels: Readonly<Record<Side, string>>): Side[] {
  return Object.keys(labels) as Side[];
}

function linesOf(rounds: Rounds, side: Side): StepLine[] {
  return rounds.flatMap((round) => round[side]);
}

function medianMs(lines: readonly StepLine[]): number {
  return median(lines.map((line) => line.ms));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ms(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

/** A Markdown table whose first column is text and the others numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}
