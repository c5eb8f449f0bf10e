import { z } from "zod";
import { checkStudy } from "./check-study.ts";

const overrides = z.record(z.string(), z.unknown());

const experimentSchema = z.strictObject({
  name: z.string().describe("Name of the experiment, a part of the names of its plots."),
  title: z.string().min(1).describe("Its heading in the report."),
  bases: z.array(z.string()).min(1).describe("Names of the bases that every variant starts from."),
  seeds: z.array(z.int().nonnegative()).min(1).describe("Seeds that every variant is run with on every base."),
  variants: z
    .record(z.string(), overrides)
    .describe("What is compared, by name: options set over the recipe's. The same variant elsewhere is not run again."),
});

const comparisonSchema = z.strictObject({
  experiment: z.string().describe("The experiment whose variants are compared, seed by seed on each base."),
  of: z.string().describe("The variant in question."),
  to: z.string().describe("The variant it is compared to."),
  arm: z.string().optional().describe("The arm whose final accuracy is compared. None: the mean of all arms."),
  figure: z
    .enum(["final_accuracy", "tokens_to_target"])
    .describe("final_accuracy: difference on the test set. tokens_to_target: ratio of the tokens it takes."),
});

const targetSchema = z.strictObject({
  accuracy: z.number().gt(0).max(1).describe("Mean accuracy over all arms that counts as reached."),
  suite: z.enum(["development", "test"]).default("development").describe("Problem set that it is reached on."),
});

/**
 * A study as it stands in its file: recipes x bases x seeds. Options are set by their dotted path, as `--set` does; an
 * object as the value replaces a whole section.
 */
export const studySchema = z
  .strictObject({
    name: z.string().describe("Name of the study, the first part of the names of its runs."),
    title: z.string().min(1).describe("Heading of the report."),
    recipe: z.string().min(1).describe("The recipe that every run starts from, a path relative to the study's file."),
    set: overrides.default({}).describe("Options of all runs, by dotted path. Paths are relative to the study's file."),
    bases: z.record(z.string(), overrides).describe("What training starts from, by name: options set over `set`."),
    experiments: z.array(experimentSchema).min(1).describe("Tables of variants by base and seed."),
    hard_arm: z
      .string()
      .optional()
      .describe("The arm with a learning curve of its own. None: the one that is lowest before the first step."),
    target: targetSchema.optional().describe("What `tokens to target` counts to. None: no such column."),
    comparisons: z.array(comparisonSchema).default([]).describe("Pairs of variants, compared seed by seed."),
  })
  .check(checkStudy);
