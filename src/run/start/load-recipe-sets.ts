import type { Recipe } from "../../config/recipe-schema.ts";
import { sourcesOf, type RecipeSource } from "../../config/recipe-sources.ts";
import { sha256 } from "../../core/files/files.ts";
import { loadProblemSet, type ProblemSet } from "../../problems/load-problem-set.ts";
import { mappingFrom } from "../../problems/import/formats.ts";
import type { Mapping } from "../../problems/import/map-record.ts";
import type { NewProblemSet } from "../../tracking/problem-sets.ts";

/** What a source gives of a set. */
export interface SetPart extends Pick<ProblemSet, "path" | "problems"> {
  /** The source's name; null where the recipe has no sources. */
  readonly source: string | null;
}

/** A problem set of a run: what its sources give of it, in their order. */
export interface RunSet extends NewProblemSet {
  readonly parts: readonly SetPart[];
}

/** The problem sets of a recipe. */
export interface RecipeSets {
  readonly practice: RunSet;
  readonly development: RunSet | undefined;
  readonly test: RunSet | undefined;
}

/** Those of its sets that need not be read. */
export type KnownSets = Partial<Record<keyof RecipeSets, RunSet | undefined>>;

/** The arm that problem sets give to problems without one. */
const NO_ARM = "all";

/**
 * Reads the problem sets that a recipe names, fetching those on the Hugging Face hub.
 * @param onNote told when the hub could not be asked, and an older copy is used.
 * @param known sets that need not be read.
 * @throws RlvrError like {@link loadProblemSet}.
 */
export async function loadRecipeSets(
  recipe: Pick<Recipe, "problems" | "verifiers">,
  onNote?: (text: string) => void,
  known: KnownSets = {},
): Promise<RecipeSets> {
  const sources = sourcesOf(recipe);
  const load = async (option: keyof RecipeSets): Promise<RunSet | undefined> => {
    const read: (ProblemSet & SetPart)[] = [];
    for (const source of sources) {
      const named = source[option];
      if (named === undefined) continue;
      const set = await loadProblemSet(named, sourceMapping(source), { onNote });
      read.push({
        ...set,
        source: source.name,
        problems: set.problems.map((each) => ({ ...each, arm: armIn(source, each.arm) })),
      });
    }
    return read.length === 0 ? undefined : { ...identityOf(sources, read), parts: read };
  };
  return {
    practice: known.practice ?? ((await load("practice")) as RunSet),
    development: known.development ?? (await load("development")),
    test: known.test ?? (await load("test")),
  };
}

/** Where a source's files have the parts of a problem; undefined where they are fields of their own names. */
export function sourceMapping({ fields }: Pick<RecipeSource, "fields">): Mapping | undefined {
  if (fields === undefined) return undefined;
  const { answer_after: answerAfter, arm_name: armName, problem, answer, ...rest } = fields;
  const named = problem === "problem" ? undefined : problem;
  return mappingFrom(undefined, { ...rest, problem: named, answer: answer ?? [], answerAfter, armName });
}

/** A problem's arm in a run: it begins with the source's name, so that no two sources share one. */
function armIn({ name, arm }: RecipeSource, own: string): string {
  if (name === null) return own;
  return arm ?? (own === NO_ARM ? name : `${name}/${own}`);
}

/** What tells a set from others: its file, or all that its sources make of theirs. */
function identityOf(
  sources: readonly RecipeSource[],
  read: readonly (ProblemSet & SetPart)[],
): Pick<NewProblemSet, "path" | "sha256"> {
  const [only] = read;
  if (only?.source === null) return only;
  const parts = read.map(({ source, sha256: hash }) => [
    source,
    sources.find(({ name }) => name === source)?.arm ?? null,
    hash,
  ]);
  return { path: read.map(({ path }) => path).join(", "), sha256: sha256(JSON.stringify(parts)) };
}
