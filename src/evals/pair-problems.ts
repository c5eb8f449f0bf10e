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
 * Pairs the problems that two evaluations share: those with the same text and answer, whatever they are called. One that
 * comes several times is paired within its arm, then in its order. Arms and order are those of the first side.
 * @throws RlvrError `bad_usage` when they share none.
 */
export function pairProblems(a: ComparedSide, b: ComparedSide): ProblemPair[] {
  const others = Map.groupBy(b.problems, identity);
  const found = new Map<ProblemOutcome, ProblemOutcome>();
  for (const isSame of [sameArm, anyArm])
    for (const problem of a.problems.filter((one) => !found.has(one))) {
      const left = others.get(identity(problem)) ?? [];
      const place = left.findIndex((other) => isSame(problem, other));
      const [other] = place === -1 ? [] : left.splice(place, 1);
      if (other !== undefined) found.set(problem, other);
    }
  const pairs = a.problems.flatMap((problem): ProblemPair[] => {
    const other = found.get(problem);
    return other === undefined ? [] : [{ arm: problem.arm, a: problem, b: other }];
  });
  if (pairs.length > 0) return pairs;
  const counts = `${a.name} has ${count(a)}, ${b.name} has ${count(b)}`;
  throw new RlvrError("bad_usage", `these evaluations share no problem: ${counts}`, {
    advice: "Evaluate both on one suite (rlvr eval SUITE --out FILE.json), or name the suite that both runs have.",
  });
}

function sameArm(one: ProblemOutcome, other: ProblemOutcome): boolean {
  return one.arm === other.arm;
}

function anyArm(): boolean {
  return true;
}

function identity({ problem, answer }: ProblemOutcome): string {
  return JSON.stringify([problem, answer]);
}

function count({ problems }: ComparedSide): string {
  return `${problems.length} ${problems.length === 1 ? "problem" : "problems"}`;
}
