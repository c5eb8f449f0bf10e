import type { Recipe } from "../../config/recipe-schema.ts";
import { loadProblemSet, type ProblemSet } from "../../problems/load-problem-set.ts";
import { mappingFrom } from "../../problems/import/formats.ts";
import type { Mapping } from "../../problems/import/map-record.ts";

/** The problem sets of a recipe. */
export interface RecipeSets {
  readonly practice: ProblemSet;
  readonly development: ProblemSet | undefined;
  readonly test: ProblemSet | undefined;
}

/** Those of its sets that need not be read. */
export type KnownSets = Partial<Record<keyof RecipeSets, ProblemSet | undefined>>;

/**
 * Reads the problem sets that a recipe names, fetching those on the Hugging Face hub.
 * @param onNote told when the hub could not be asked, and an older copy is used.
 * @param known sets that need not be read.
 * @throws RlvrError like {@link loadProblemSet}.
 */
export async function loadRecipeSets(
  { problems }: Recipe,
  onNote?: (text: string) => void,
  known: KnownSets = {},
): Promise<RecipeSets> {
  const mapping = recipeMapping(problems);
  const load = (named: string): Promise<ProblemSet> => loadProblemSet(named, mapping, { onNote });
  const { practice, development, test } = problems;
  return {
    practice: known.practice ?? (await load(practice)),
    development: development === undefined ? undefined : (known.development ?? (await load(development))),
    test: test === undefined ? undefined : (known.test ?? (await load(test))),
  };
}

/** Where a recipe says that the parts of a problem stand; undefined where they are fields of their own names. */
export function recipeMapping({ fields }: Recipe["problems"]): Mapping | undefined {
  if (fields === undefined) return undefined;
  const { answer_after: answerAfter, arm_name: armName, problem, ...rest } = fields;
  const named = problem === "problem" ? undefined : problem;
  return mappingFrom(undefined, { ...rest, problem: named, answerAfter, armName });
}
