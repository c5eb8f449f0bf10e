import { compareSides } from "../../evals/compare.ts";
import { comparisonText, sentenceOf } from "./comparison-text.ts";
import { readSide, type NamedSide } from "./compared-side.ts";

/** `rlvr eval --compare A B`. Throws what {@link readSide} and {@link compareSides} throw. */
export function compareResults(options: {
  readonly sides: readonly string[];
  /** Of the evaluations that runs keep; `test` unless told otherwise. */
  readonly suite?: string | undefined;
  readonly db: string;
  readonly json: boolean;
}): void {
  const { sides, suite = "test", db, json } = options;
  const [a, b] = [readSide(sides[0] ?? "", suite, db), readSide(sides[1] ?? "", suite, db)];
  const comparison = compareSides(a, b);
  const notes = comparisonNotes(a, b);
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...comparison, notes, sentence: sentenceOf(comparison) })}\n`
      : `${comparisonText(comparison, notes)}\n`,
  );
}

/** What besides the policy differs between the sides. */
export function comparisonNotes(a: NamedSide, b: NamedSide): string[] {
  const notes: string[] = [];
  if (a.temperature !== b.temperature)
    notes.push(`The sides were sampled differently: A at temperature ${a.temperature}, B at ${b.temperature}.`);
  if (a.samples !== b.samples)
    notes.push(
      `A has ${a.samples} completions a problem, B ${b.samples}: the side with fewer is noisier, p is approximate.`,
    );
  const [missingA, missingB] = [unjudged(a), unjudged(b)];
  if (missingA + missingB > 0)
    notes.push(
      `Completions without a verdict, which count in none of this: ${missingA} of A, ${missingB} of B. Where a verifier fails on wrong answers only, that flatters the side with more.`,
    );
  return notes;
}

function unjudged({ samples, problems }: NamedSide): number {
  return problems.reduce((sum, { judged }) => sum + Math.max(0, samples - judged), 0);
}
