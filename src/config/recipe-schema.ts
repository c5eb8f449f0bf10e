import { z } from "zod";
import { checkpointsSchema } from "./recipe/checkpoints-schema.ts";
import { evaluationSchema } from "./recipe/evaluation-schema.ts";
import { pipelineSchema } from "./recipe/pipeline-schema.ts";
import { policySchema } from "./recipe/policy-schema.ts";
import { problemsSchema } from "./recipe/problems-schema.ts";
import { samplingSchema } from "./recipe/sampling-schema.ts";
import { teacherSchema } from "./recipe/teacher-schema.ts";
import { trainerSchema } from "./recipe/trainer-schema.ts";
import { positive } from "./recipe/scalars.ts";
import { verifiersSchema } from "./verifier-schema.ts";

/**
 * The schema of a recipe: everything a run depends on, in YAML. Unknown keys are refused. Paths are relative to the
 * recipe's own file. Descriptions become the JSON schema that editors read.
 */

/** A module chosen by name with its own options, which are checked by the module's schema. */
const named = (what: string) =>
  z.looseObject({ name: z.string().describe(`Which ${what}. The other keys here are its options.`) });

/** A recipe as it stands in its file; see {@link Recipe} for the checked one. */
export const recipeSchema = z
  .strictObject({
    name: z.string().min(1).describe("Name of the run."),
    seed: z.number().int().nonnegative().default(1).describe("Root of all randomness of the run."),
    steps: positive.describe("Most steps of the run: one batch each."),
    token_budget: positive
      .optional()
      .describe(
        "Completion tokens, searches for hints included, with which the run ends even before its last step. " +
          "Learning-rate schedules still run over `steps`.",
      ),
    problems: problemsSchema,
    policy: policySchema,
    teacher: teacherSchema
      .optional()
      .describe(
        "On-policy distillation: whose log-probabilities of the policy's own tokens objective.teacher_coef gives credit for. " +
          "They are at temperature 1: with another sampling.temperature it is the distribution sampled from that nears them.",
      ),
    sampling: samplingSchema,
    pipeline: pipelineSchema.prefault({}),
    verifiers: verifiersSchema
      .optional()
      .describe(
        "The verifiers whose scores make the reward, in the order in which they judge. Needed unless each of " +
          "problems.sources has its own.",
      ),
    verifiers_missing_limit: positive
      .default(32)
      .describe(
        "Stop the run when so many groups in a row (of a source, where there are several) have no verdict at all, because " +
          "verifiers crash or time out.",
      ),
    objective: named("objective"),
    scaffold: named("scaffold").prefault({ name: "none" }),
    curriculum: named("curriculum").prefault({ name: "uniform" }),
    trainer: trainerSchema,
    evaluation: evaluationSchema.prefault({}),
    checkpoints: checkpointsSchema
      .prefault({})
      .describe("Which versions' checkpoints and exports stay on the disk; all others are deleted after a step."),
  })
  .refine(({ trainer, sampling }) => trainer.minibatches <= sampling.groups, {
    path: ["trainer", "minibatches"],
    message: "a step has fewer groups (sampling.groups) than that, and whole groups are split among minibatches",
  })
  .superRefine(({ evaluation, pipeline, policy, problems, sampling, verifiers }, context) => {
    const refuse = (path: readonly PropertyKey[], message: string): void =>
      context.addIssue({ code: "custom", path: [...path], message });
    if (pipeline.partial && sampling.refill > 0)
      refuse(
        ["sampling", "refill"],
        "with pipeline.partial further groups are in flight anyway: set pipeline.oversample instead",
      );
    if (pipeline.depth > 0 && evaluation.stop !== undefined)
      refuse(
        ["evaluation", "stop"],
        "the batches ahead are sampled by the time an evaluation is done: set pipeline.depth to 0",
      );
    if (pipeline.depth > 0 && policy.sync === "sleep")
      refuse(
        ["policy", "sync"],
        "a server that sleeps while the trainer works samples nothing ahead: set pipeline.depth to 0",
      );
    const { sources = [problems] } = problems;
    if (evaluation.stop !== undefined && sources.every(({ development }) => development === undefined))
      refuse(
        ["evaluation", "stop"],
        "it goes by evaluations on the development set: name problems.development, or leave out evaluation.stop",
      );
    if (verifiers !== undefined) return;
    if (problems.sources === undefined) refuse(["verifiers"], "missing: name what judges the rollouts");
    for (const [place, source] of (problems.sources ?? []).entries())
      if (source.verifiers === undefined)
        refuse(["problems", "sources", place, "verifiers"], "missing: neither the source nor the recipe has verifiers");
  });

/** A checked recipe with every default filled in and every path absolute. */
export type Recipe = z.output<typeof recipeSchema>;
