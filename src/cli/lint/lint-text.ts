import type { Finding } from "../../problems/lint/finding.ts";
import type { Tally } from "../../core/tally.ts";
import { table } from "../table.ts";

const WIDEST = 160;

/** What was found in a problem set, by kind, for a person. */
export interface LintResult {
  readonly path: string;
  readonly problems: number;
  readonly arms: ReadonlyMap<string, number>;
  readonly faults: number;
  readonly warnings: number;
  readonly findings: ReadonlyMap<string, Tally<Finding>>;
}

/** The result as text: a line of sums, and a table with the first findings of each kind. */
export function lintText({ path, problems, arms, faults, warnings, findings }: LintResult): string {
  const sums = [
    `${path}: ${counted(problems, "problem")} in ${counted(arms.size, "arm")}`,
    faults + warnings === 0 ? "nothing found" : `${counted(faults, "fault")}, ${counted(warnings, "warning")}`,
  ].join(": ");
  if (findings.size === 0) return sums;
  const rows = [...findings.values()].flatMap(({ first, count }) => [
    ...first.map(({ severity, kind, line, message }) => [severity, kind, String(line ?? ""), shortened(message)]),
    ...(count > first.length ? [["", "", "", `and ${number(count - first.length)} more (all with --json)`]] : []),
  ]);
  return `${sums}\n\n${table(["severity", "finding", "line", "what"], rows)}`;
}

function shortened(text: string): string {
  return text.length > WIDEST ? `${text.slice(0, WIDEST)}…` : text;
}

function counted(count: number, what: string): string {
  return `${number(count)} ${what}${count === 1 ? "" : "s"}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
