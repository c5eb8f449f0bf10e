import type { Recipe } from "../config/recipe-schema.ts";
import { configureCurriculum, type ConfiguredCurriculum } from "../curricula/registry.ts";
import type { SurrogateSettings } from "../objectives/objective.ts";
import { configureObjective, type ConfiguredObjective } from "../objectives/registry.ts";
import { configureScaffold, type ConfiguredScaffold } from "../scaffolds/registry.ts";
import { RlvrError } from "../core/errors.ts";

/** The swappable parts of a run that work in its own process, with their options checked. */
export interface Modules {
  readonly objective: ConfiguredObjective;
  readonly scaffold: ConfiguredScaffold;
  readonly curriculum: ConfiguredCurriculum;
}

/**
 * The parts that a recipe names.
 * @throws RlvrError `unknown_name` or `bad_recipe` when a name or an option is wrong.
 */
export function configureModules(recipe: Recipe): Modules {
  const { name: objective, ...objectiveOptions } = recipe.objective;
  const { name: scaffold, ...scaffoldOptions } = recipe.scaffold;
  const { name: curriculum, ...curriculumOptions } = recipe.curriculum;
  const modules = {
    objective: configureObjective(objective, objectiveOptions),
    scaffold: configureScaffold(scaffold, scaffoldOptions),
    curriculum: configureCurriculum(curriculum, curriculumOptions),
  };
  checkTeacherFits(recipe, modules);
  if (modules.scaffold.changesPrompts) checkChangedPrompts(scaffold, modules.objective.surrogate);
  return modules;
}

/**
 * A teacher and the credit for it come together. It scores rollouts under the prompt that they were sampled under, where
 * the policy's own log-probabilities are known: trained under another, their credit would be that of neither.
 */
function checkTeacherFits({ teacher, scaffold: { name } }: Recipe, { objective, scaffold }: Modules): void {
  const { teacherCoefficient } = objective;
  if (teacherCoefficient > 0 && teacher === undefined) {
    throw new RlvrError(
      "bad_recipe",
      `objective.teacher_coef is ${teacherCoefficient}, and the recipe has no teacher`,
      {
        advice: "Set teacher.url to a running server of the teacher, or leave out objective.teacher_coef.",
      },
    );
  }
  if (teacherCoefficient === 0 && teacher !== undefined) {
    throw new RlvrError(
      "bad_recipe",
      `the recipe has a teacher, and the objective ${objective.name} learns nothing from it`,
      {
        advice: "Set objective.teacher_coef above 0, take objective.name distillation, or leave out teacher.",
      },
    );
  }
  if (teacherCoefficient > 0 && scaffold.changesPrompts) {
    throw new RlvrError(
      "bad_recipe",
      `the scaffold ${name} trains rollouts under another prompt than they were sampled under, which a teacher's credit does not fit`,
      { advice: "Set scaffold.trained_under to hinted, or leave out the teacher." },
    );
  }
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
