import { isRunVersion } from "../../core/run-version.ts";
import { compareSides } from "../../evals/compare.ts";
import { pageWidth } from "../page-width.ts";
import { comparisonText, sentenceOf } from "./comparison-text.ts";
import { keptSuites, readSide, type NamedSide } from "./compared-side.ts";

/** `rlvr eval --compare A B`. Throws what {@link readSide} and {@link compareSides} throw. */
export function compareResults(options: {
  readonly sides: readonly string[];
  /** Of the evaluations that runs keep. Default: `test`, or the only one that both have. */
  readonly suite?: string | undefined;
  readonly db: string;
  readonly json: boolean;
}): void {
  const { sides, db, json } = options;
  const suite = options.suite ?? usualSuite(sides, db);
  const [a, b] = [readSide(sides[0] ?? "", suite, db), readSide(sides[1] ?? "", suite, db)];
  const comparison = compareSides(a, b);
  const isChosen = options.suite === undefined && suite !== TEST;
  const notes = [
    ...(isChosen ? [`Compared on the ${suite} set, the only one that both were evaluated on.`] : []),
    ...comparisonNotes(a, b),
  ];
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...comparison, notes, sentence: sentenceOf(comparison) })}\n`
      : `${comparisonText(comparison, notes, pageWidth())}\n`,
  );
}

const TEST = "test";

/** The test set, or the only set on which all sides that are runs were evaluated. */
function usualSuite(sides: readonly string[], db: string): string {
  const [first, ...others] = sides.filter(isRunVersion).map((name) => keptSuites(name, db));
  const common = [...(first ?? [])].filter((suite) => others.every((suites) => suites.has(suite)));
  const [only = TEST, ...further] = common.includes(TEST) ? [] : common;
  return further.length === 0 ? only : TEST;
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
