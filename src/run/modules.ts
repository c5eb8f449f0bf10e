import type { Recipe } from "../config/recipe-schema.ts";
import { configureCurriculum, type ConfiguredCurriculum } from "../curricula/registry.ts";
import type { SurrogateSettings } from "../objectives/objective.ts";
import { configureObjective, type ConfiguredObjective } from "../objectives/registry.ts";
import { configureScaffold, type ConfiguredScaffold } from "../scaffolds/registry.ts";
import { promptTemplate, type PromptTemplate } from "../problems/prompt-template.ts";
import { RlvrError } from "../core/errors.ts";

/** The swappable parts of a run that work in its own process, with their options checked. */
export interface Modules {
  readonly objective: ConfiguredObjective;
  readonly scaffold: ConfiguredScaffold;
  readonly curriculum: ConfiguredCurriculum;
  readonly template: PromptTemplate;
}

/**
 * The parts that a recipe names.
 * @throws RlvrError `unknown_name` or `bad_recipe` when a name or an option is wrong.
 */
export function configureModules(recipe: Recipe, template: string): Modules {
  const { name: objective, ...objectiveOptions } = recipe.objective;
  const { name: scaffold, ...scaffoldOptions } = recipe.scaffold;
  const { name: curriculum, ...curriculumOptions } = recipe.curriculum;
  const modules = {
    objective: configureObjective(objective, objectiveOptions),
    scaffold: configureScaffold(scaffold, scaffoldOptions),
    curriculum: configureCurriculum(curriculum, curriculumOptions),
    template: promptTemplate(template, recipe.problems.prompt),
  };
  if (modules.objective.needsTeacher) throw needsTeacher();
  if (modules.scaffold.changesPrompts) checkChangedPrompts(scaffold, modules.objective.surrogate);
  return modules;
}

function needsTeacher(): RlvrError {
  return new RlvrError("bad_recipe", "the objective's teacher_coef asks for a teacher, and a run has none to ask", {
    advice: "Leave out teacher_coef. With log-probabilities of your own, `rlvr advantages` computes the credit.",
  });
}

/** Refuses settings under which a rollout that is trained under another prompt than it was sampled under teaches nothing. */
function checkChangedPrompts(scaffold: string, { old, correction }: SurrogateSettings): void {
  const where = `the scaffold ${scaffold} trains rollouts under another prompt than they were sampled under`;
  if (old === "sampler") {
    throw new RlvrError("bad_recipe", `${where}, but the ratio is taken to the sampler's log-probabilities`, {
      advice: "Set objective.old to recompute, or scaffold.trained_under to hinted.",
    });
  }
  if (correction !== null) {
    throw new RlvrError("bad_recipe", `${where}, and objective.correction would take that for a mismatch`, {
      advice: "Leave out objective.correction, or set scaffold.trained_under to hinted.",
    });
  }
}
