import { RlvrError } from "../core/errors.ts";

/** What one side of a comparison gave on a problem. */
export interface ProblemOutcome {
  readonly arm: string;
  readonly problem: string;
  readonly answer: string;
  /** Completions with a verdict, and those of them that passed. */
  readonly judged: number;
  readonly passed: number;
}

/** An evaluation as a comparison takes it. */
export interface ComparedSide {
  /** What it is called, such as `run 3, step 120`. */
  readonly name: string;
  readonly problems: readonly ProblemOutcome[];
}

/** A problem that both sides have. */
export interface ProblemPair {
  readonly arm: string;
  readonly a: ProblemOutcome;
  readonly b: ProblemOutcome;
}

/**
 * Pairs the problems of two evaluations: those with the same text and answer, whatever they are called. One that comes
 * several times is paired in its order. Arms and order are those of the first side.
 * @throws RlvrError `bad_usage` when they are not of the same problems.
 */
export function pairProblems(a: ComparedSide, b: ComparedSide): ProblemPair[] {
  const others = Map.groupBy(b.problems, identity);
  const taken = new Map<string, number>();
  const pairs = a.problems.flatMap((problem): ProblemPair[] => {
    const key = identity(problem);
    const place = taken.get(key) ?? 0;
    const other = others.get(key)?.[place];
    if (other === undefined) return [];
    taken.set(key, place + 1);
    return [{ arm: problem.arm, a: problem, b: other }];
  });
  if (pairs.length === a.problems.length && pairs.length === b.problems.length) return pairs;
  const counts = `${a.name} has ${count(a)}, ${b.name} has ${count(b)}`;
  throw new RlvrError(
    "bad_usage",
    `these are not evaluations of the same problems: ${counts}, ${pairs.length} shared`,
    {
      advice: "Evaluate both on one suite (rlvr eval SUITE --out FILE.json), or name the suite that both runs have.",
    },
  );
}

function identity({ problem, answer }: ProblemOutcome): string {
  return JSON.stringify([problem, answer]);
}

function count({ problems }: ComparedSide): string {
  return `${problems.length} ${problems.length === 1 ? "problem" : "problems"}`;
}
