import type { Outcome, RefusalReason } from "./dialogue.ts";
import type { HintProgress } from "./hint-problems.ts";
import type { ProblemLine } from "./problem-lines.ts";

/** What came of asking for the hints of a set. */
export interface HintReport {
  readonly out: string;
  readonly problems: number;
  readonly hinted: number;
  /** Problems that had hints already and kept them. */
  readonly kept: number;
  /** Problems without hints, by reason. */
  readonly refused: Readonly<Record<RefusalReason, number>>;
  readonly calls: { readonly made: number; readonly cached: number };
  /** Tokens of the calls that were made. */
  readonly tokens: { readonly promptTokens: number; readonly completionTokens: number };
  readonly refusals: readonly Refusal[];
}

/** A problem that was left without hints. */
interface Refusal {
  /** Its line in the set, from 1. */
  readonly line: number;
  readonly id: string | null;
  readonly reason: RefusalReason;
  readonly detail: string;
}

/** Counts what came of each line; a line without an outcome was not asked about. */
export function hintReport(work: {
  readonly out: string;
  readonly lines: readonly ProblemLine[];
  readonly outcomes: ReadonlyMap<ProblemLine | undefined, Outcome>;
  readonly cached: number;
  /** Undefined when nothing had to be asked. */
  readonly progress: HintProgress | undefined;
}): HintReport {
  const { out, lines, outcomes, cached, progress } = work;
  const refusals = lines.flatMap((line): Refusal[] => {
    const outcome = outcomes.get(line);
    return outcome === undefined || "hints" in outcome
      ? []
      : [{ line: line.number, id: line.problem.id ?? null, ...outcome }];
  });
  const refused = { leak: 0, malformed: 0, rejected: 0 };
  for (const { reason } of refusals) refused[reason]++;
  return {
    out,
    problems: lines.length,
    hinted: outcomes.size - refusals.length,
    kept: lines.length - outcomes.size,
    refused,
    calls: { made: progress?.calls ?? 0, cached },
    tokens: { promptTokens: progress?.promptTokens ?? 0, completionTokens: progress?.completionTokens ?? 0 },
    refusals,
  };
}
