import type { Recipe } from "../../config/recipe-schema.ts";
import { sourcesOf, type RecipeSource } from "../../config/recipe-sources.ts";
import { sha256 } from "../../core/files/files.ts";
import { loadProblemSet, type ProblemSet } from "../../problems/load-problem-set.ts";
import { mappingFrom } from "../../problems/import/formats.ts";
import type { Mapping } from "../../problems/import/map-record.ts";
import { textsOf, type SeenTexts } from "../../problems/seen-texts.ts";
import { createVerifierPool, type VerifierPool } from "../../verifiers/pool/pool.ts";
import { generatedPart } from "../generated/generated-part.ts";
import { openGenerators } from "../generated/source-generator.ts";
import { armIn } from "./arm-in.ts";
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

/** What reading the sets of a recipe may need. */
export interface SetsLoading {
  /** Told when the hub could not be asked, and an older copy is used. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Sets that need not be read. */
  readonly known?: KnownSets | undefined;
  /** Makes the workers that generators run in. Default: worker processes. */
  readonly createPool?: (() => VerifierPool) | undefined;
}

/** In this order, a problem that two generated sets could have is of the first. */
const SETS = ["test", "development", "practice"] as const;

/**
 * Reads the problem sets that a recipe names, fetching those on the Hugging Face hub, and has those made that are generated:
 * of a generated source, the practice set has the first problems of each arm.
 * @throws RlvrError like {@link loadProblemSet} and {@link openGenerators}.
 */
export async function loadRecipeSets(
  recipe: Pick<Recipe, "problems" | "verifiers" | "seed">,
  { onNote, known = {}, createPool = () => createVerifierPool({ workers: 1 }) }: SetsLoading = {},
): Promise<RecipeSets> {
  const sources = sourcesOf(recipe);
  const open = SETS.filter((set) => known[set] === undefined);
  const read = new Map<keyof RecipeSets, ReadPart[]>();
  for (const set of open) read.set(set, await readParts(sources, set, onNote));
  if (sources.some((source) => open.some((set) => isGenerated(source, set)))) {
    const others = SETS.flatMap((set): readonly SetPart[] => known[set]?.parts ?? read.get(set) ?? []);
    const seen = textsOf(others.flatMap(({ problems }) => problems));
    await addGenerated(recipe, open, read, seen, createPool);
  }
  const setOf = (set: keyof RecipeSets): RunSet | undefined => {
    const parts = inOrder(sources, read.get(set) ?? []);
    return known[set] ?? (parts.length === 0 ? undefined : { ...identityOf(sources, parts), parts });
  };
  return { practice: setOf("practice") as RunSet, development: setOf("development"), test: setOf("test") };
}

type ReadPart = SetPart & { readonly sha256: string };

/** Whether a source's problems of a set are made rather than read. */
export function isGenerated({ generator, generated }: RecipeSource, set: keyof RecipeSets): boolean {
  return set === "practice" ? generator !== undefined : generated[set] !== undefined;
}

async function readParts(
  sources: readonly RecipeSource[],
  set: keyof RecipeSets,
  onNote: SetsLoading["onNote"],
): Promise<ReadPart[]> {
  const read: ReadPart[] = [];
  for (const source of sources) {
    const named = source[set];
    if (named === undefined || isGenerated(source, set)) continue;
    const { problems, ...file } = await loadProblemSet(named, sourceMapping(source), { onNote });
    const own = problems.map((each) => ({ ...each, arm: armIn(source, each.arm) }));
    read.push({ ...file, source: source.name, problems: own });
  }
  return read;
}

/** Adds to the parts that were read of files those that generators make. */
async function addGenerated(
  recipe: Pick<Recipe, "problems" | "verifiers" | "seed">,
  sets: readonly (keyof RecipeSets)[],
  read: ReadonlyMap<keyof RecipeSets, ReadPart[]>,
  seen: SeenTexts,
  createPool: () => VerifierPool,
): Promise<void> {
  const sources = sourcesOf(recipe);
  const pool = createPool();
  try {
    const generators = await openGenerators(sources, recipe.seed, pool);
    for (const set of sets)
      for (const source of sources) {
        const generator = generators.find((each) => each.source === source.name);
        if (generator !== undefined && isGenerated(source, set))
          read.get(set)?.push(await generatedPart(source, set, generator, seen));
      }
  } finally {
    await pool.close();
  }
}

/** Parts in the order of their sources. */
function inOrder(sources: readonly RecipeSource[], parts: readonly ReadPart[]): ReadPart[] {
  return sources.flatMap(({ name }) => parts.filter(({ source }) => source === name));
}

/** Where a source's files have the parts of a problem; undefined where they are fields of their own names. */
export function sourceMapping({ fields }: Pick<RecipeSource, "fields">): Mapping | undefined {
  if (fields === undefined) return undefined;
  const { answer_after: answerAfter, arm_name: armName, problem, answer, ...rest } = fields;
  const named = problem === "problem" ? undefined : problem;
  return mappingFrom(undefined, { ...rest, problem: named, answer: answer ?? [], answerAfter, armName });
}

/** What tells a set from others: its file, or all that its sources make of theirs. */
function identityOf(
  sources: readonly RecipeSource[],
  read: readonly ReadPart[],
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
