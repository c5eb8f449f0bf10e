import type { RecipeSource } from "../../config/recipe-sources.ts";
import { isRlvrError, RlvrError } from "../../core/errors.ts";
import { checkTemplate } from "../../problems/template/check-template.ts";
import type { PromptTemplate } from "../../problems/template/prompt-template.ts";
import type { Tier } from "../../scaffolds/scaffold.ts";
import { checkFields } from "../scoring/check-fields.ts";
import { checkVerifiers, type ConfiguredVerifier } from "../scoring/configure-verifiers.ts";
import { ofSource, type SourceTemplates } from "../run-sources.ts";
import type { SpelledSet } from "./check-characters.ts";
import { checkProblems } from "./check-problems.ts";
import type { RecipeSets, SetPart } from "./load-recipe-sets.ts";

/** A source with its problems and what its prompt makes of them. */
export interface GivenSource {
  readonly source: RecipeSource;
  readonly template: PromptTemplate;
  readonly practice: SetPart;
  /** Its sets, that to practise first. */
  readonly sets: readonly SetPart[];
}

/** What each source gives of a run's sets. */
export function givenBy(
  sources: readonly RecipeSource[],
  { practice, development, test }: RecipeSets,
  templates: SourceTemplates,
): GivenSource[] {
  return sources.map((source) => {
    const partsOf = (set: RecipeSets["test"]): SetPart[] =>
      (set?.parts ?? []).filter((part) => part.source === source.name);
    const [own] = partsOf(practice);
    if (own === undefined) throw new Error(`no problems were read of the source ${source.name}`);
    const sets = [own, ...partsOf(development), ...partsOf(test)];
    return { source, template: ofSource(templates, source.name), practice: own, sets };
  });
}

/** The verifiers of each source. Throws like {@link checkVerifiers}, naming the source. */
export async function checkSourceVerifiers(
  sources: readonly RecipeSource[],
): Promise<ReadonlyMap<string | null, readonly ConfiguredVerifier[]>> {
  const checked = new Map<string | null, readonly ConfiguredVerifier[]>();
  for (const { name, verifiers } of sources) checked.set(name, await naming(name, () => checkVerifiers(verifiers)));
  return checked;
}

/**
 * Checks that each source's verifiers and prompt fit its problems.
 * @returns notes for the user.
 * @throws RlvrError like checkProblems, checkFields and checkTemplate, naming the source.
 */
export async function checkSources(
  all: readonly GivenSource[],
  verifiers: ReadonlyMap<string | null, readonly ConfiguredVerifier[]>,
): Promise<string[]> {
  const notes: string[] = [];
  for (const { source, template, sets } of all)
    await naming(
      source.name,
      async () => {
        await checkProblems(source.verifiers, sets);
        checkFields(ofSource(verifiers, source.name), sets);
        notes.push(...checkTemplate(template, sets));
      },
      source.generator &&
        `Correct the problems that ${source.generator.name} makes, or the source's verifiers and prompt.`,
    );
  return notes;
}

/** A source's sets with how they are spelled; only problems to practise are ever hinted. */
export function spelledSets({ template, practice, sets }: GivenSource, tiers: readonly Tier[]): SpelledSet[] {
  return sets.map((set) => ({ ...set, template, tiers: set === practice ? tiers : [] }));
}

/**
 * Does something for a source; a refusal then says of which.
 * @param advice what to do where its problems are refused. Default: what the refusal says.
 */
async function naming<T>(name: string | null, work: () => Promise<T>, advice?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (name === null || !isRlvrError(error)) throw error;
    throw new RlvrError(error.code, `source ${name}: ${error.message}`, {
      advice: (error.code === "bad_problems" ? advice : undefined) ?? error.advice,
      cause: error,
    });
  }
}
