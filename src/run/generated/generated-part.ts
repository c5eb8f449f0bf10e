import type { RecipeSource } from "../../config/recipe-sources.ts";
import { sha256 } from "../../core/files/files.ts";
import type { Problem } from "../../problems/problem.ts";
import type { SeenTexts } from "../../problems/seen-texts.ts";
import type { SetPart } from "../start/load-recipe-sets.ts";
import { freshProblems } from "./fresh-problems.ts";
import type { SourceGenerator, Split } from "./source-generator.ts";

/** First problems of each arm that are stored with the run: its checks look at them, and practice begins with them. */
const SAMPLES = 8;

/** What a generated source gives of a set. */
export type GeneratedPart = SetPart & { readonly sha256: string };

/**
 * The part of a set that a source's generator makes: as many held-out problems as the recipe says, of all arms in turn, or
 * the first to practise of each arm.
 * @param seen the texts of problems of other sets, which this one must not have; its own are added.
 * @throws RlvrError `generator_failed`.
 */
export async function generatedPart(
  source: RecipeSource,
  split: Split,
  generator: SourceGenerator,
  seen: SeenTexts,
): Promise<GeneratedPart> {
  const { arms } = generator;
  const wanted = split === "practice" ? SAMPLES * arms.length : (source.generated[split] ?? 0);
  const byArm: Problem[][] = [];
  for (const [place, arm] of arms.entries()) {
    const count = Math.max(0, Math.ceil((wanted - place) / arms.length));
    const isNew = (text: string): boolean => seen.firstOf(text, 0) === undefined;
    const made = await freshProblems(generator, { split, arm, from: 0, stride: 1, count }, isNew);
    byArm.push(made.map(({ problem }) => problem));
  }
  // Arm by arm in turn, so that the first few are of all arms.
  const problems = Array.from({ length: Math.ceil(wanted / arms.length) }, (_, place) =>
    byArm.flatMap((own) => own.slice(place, place + 1)),
  ).flat();
  return { source: source.name, path: source[split] ?? "", problems, sha256: sha256(JSON.stringify(problems)) };
}
