import { RlvrError } from "../../core/errors.ts";
import type { GeneratedProblem, SourceGenerator, Split } from "./source-generator.ts";

/** Problems of an arm that may be passed over in a row before the generator counts as used up. */
const MOST_PASSED_OVER = 1000;
/** Most problems that are made at once beyond those that are needed, where many are passed over. */
const MOST_AHEAD = 64;

/** Which problems are wanted. */
export interface Wanted {
  readonly split: Split;
  readonly arm: string;
  /** The first index that may be taken, and the distance to each next one. */
  readonly from: number;
  readonly stride: number;
  readonly count: number;
}

/**
 * The next problems of an arm whose texts are new; the others are passed over.
 * @param isNew says whether a text is new, and remembers it.
 * @param fits says which of some problems can be asked; the others are passed over, too. Default: all.
 * @throws RlvrError `generator_failed` when a thousand in a row are passed over, or when the generator fails.
 */
export async function freshProblems(
  generator: SourceGenerator,
  { split, arm, from, stride, count }: Wanted,
  isNew: (text: string) => boolean,
  signal?: AbortSignal,
  fits: (problems: readonly GeneratedProblem[]) => Promise<readonly boolean[]> = (problems) =>
    Promise.resolve(problems.map(() => true)),
): Promise<GeneratedProblem[]> {
  const fresh: GeneratedProblem[] = [];
  let next = from;
  let passedOver = 0;
  while (fresh.length < count) {
    const ahead = Math.max(count - fresh.length, Math.min(passedOver, MOST_AHEAD));
    const indexes = Array.from({ length: ahead }, (_, place) => next + place * stride);
    const made = await generator.problems(split, arm, indexes, signal);
    const fit = await fits(made);
    for (const [place, each] of made.entries()) {
      if (fresh.length === count) break;
      next = each.index + stride;
      const isFresh = fit[place] === true && isNew(each.problem.problem);
      passedOver = isFresh ? 0 : passedOver + 1;
      if (isFresh) fresh.push(each);
      if (passedOver === MOST_PASSED_OVER) throw usedUp(generator, arm, each.index);
    }
  }
  return fresh;
}

function usedUp({ path }: SourceGenerator, arm: string, index: number): RlvrError {
  return new RlvrError(
    "generator_failed",
    `the generator ${path} made ${MOST_PASSED_OVER} problems in a row of the arm "${arm}", up to its problem ${index}, that ` +
      "were drawn before, are held out or are too long",
    {
      advice:
        "Have it make more different problems of that arm (wider ranges, taken from `random`), then go on with: rlvr resume. " +
        "Or give the source a file of its few problems.",
    },
  );
}
