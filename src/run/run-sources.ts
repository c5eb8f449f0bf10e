import { sourcesOf } from "../config/recipe-sources.ts";
import type { Recipe } from "../config/recipe-schema.ts";
import { promptTemplate, type PromptTemplate } from "../problems/template/prompt-template.ts";
import { promptsOfRun, type SourcePrompts } from "../problems/template/source-prompts.ts";
import type { ProblemRow } from "../tracking/problem-sets.ts";
import type { RunRow } from "../tracking/runs.ts";
import { createPromptCache, type PromptCache } from "./dispatcher/prompt-cache.ts";
import type { Judge } from "./scoring/judge.ts";

/** How the problems of one source of a run are asked and judged. */
export interface RunSource {
  readonly prompts: PromptCache;
  readonly judge: Judge;
}

/** Finds the source of a problem: a run whose recipe has no sources has one for all. */
export type RunSources = (problem: Pick<ProblemRow, "source">) => RunSource;

/** Templates of prompts by source. */
export type SourceTemplates = ReadonlyMap<string | null, PromptTemplate>;

/**
 * What the prompts of sources make of problems.
 * @throws RlvrError `bad_recipe` when a template does not parse.
 */
export function sourceTemplates(prompts: SourcePrompts): SourceTemplates {
  return new Map([...prompts].map(([source, definition]) => [source, promptTemplate(definition)]));
}

/** The templates that a run stored. Throws like {@link promptsOfRun}. */
export function templatesOfRun(run: Pick<RunRow, "promptTemplate">, recipe: Recipe): SourceTemplates {
  return sourceTemplates(promptsOfRun(run.promptTemplate, sourcesOf(recipe)));
}

/** The sources of a run, each with prompts and a judge of its own. */
export function runSources(templates: SourceTemplates, judgeOf: (source: string | null) => Judge): RunSources {
  const sources = new Map(
    [...templates].map(([source, template]) => [
      source,
      { prompts: createPromptCache(template), judge: judgeOf(source) },
    ]),
  );
  return ({ source }) => ofSource(sources, source);
}

/** What belongs to a source. */
export function ofSource<T>(all: ReadonlyMap<string | null, T>, source: string | null): T {
  const found = all.get(source);
  if (found === undefined) throw new Error(`the recipe has no source ${source ?? "without a name"}`);
  return found;
}
