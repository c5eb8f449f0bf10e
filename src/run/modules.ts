import type { Recipe } from "../config/recipe-schema.ts";
import { configureCurriculum, type ConfiguredCurriculum } from "../curricula/registry.ts";
import { configureObjective, type ConfiguredObjective } from "../objectives/registry.ts";
import { promptTemplate, type PromptTemplate } from "../problems/prompt-template.ts";
import { checkOptions } from "../core/check-options.ts";
import { loadVerifier } from "../verifiers/registry.ts";

/** A verifier with the options that a recipe gives it, checked. */
export interface ConfiguredVerifier {
  readonly name: string;
  readonly version: string;
  readonly options: unknown;
  /** Run time after which a call ends as `timeout`, in milliseconds. */
  readonly deadlineMs: number;
}

/** The swappable parts of a run, with their options checked. */
export interface Modules {
  readonly objective: ConfiguredObjective;
  readonly curriculum: ConfiguredCurriculum;
  readonly verifier: ConfiguredVerifier;
  readonly template: PromptTemplate;
}

/**
 * The parts that a recipe names.
 * @throws RlvrError `unknown_name` or `bad_recipe` when a name or an option is wrong.
 */
export async function configureModules(recipe: Recipe, template: string): Promise<Modules> {
  const { name: objective, ...objectiveOptions } = recipe.objective;
  const { name: curriculum, ...curriculumOptions } = recipe.curriculum;
  return {
    objective: configureObjective(objective, objectiveOptions),
    curriculum: configureCurriculum(curriculum, curriculumOptions),
    verifier: await configureVerifier(recipe.verifiers[0]),
    template: promptTemplate(template, recipe.problems.prompt),
  };
}

async function configureVerifier(config: Recipe["verifiers"][number]): Promise<ConfiguredVerifier> {
  const { name, deadline_ms: deadlineMs, ...options } = config;
  const verifier = await loadVerifier(name);
  checkOptions(verifier.options, options, `verifier "${name}"`);
  return { name, version: verifier.version, options, deadlineMs };
}
