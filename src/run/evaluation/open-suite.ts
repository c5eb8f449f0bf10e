import type { Recipe } from "../../config/recipe-schema.ts";
import { sourcesOf } from "../../config/recipe-sources.ts";
import type { Suite } from "../../config/suite-schema.ts";
import type { VerifierConfig } from "../../config/verifier-schema.ts";
import { RlvrError } from "../../core/errors.ts";
import { usualMetrics } from "../../evals/metrics.ts";
import { spreadOverArms } from "../../evals/spread-over-arms.ts";
import { loadProblemSet } from "../../problems/load-problem-set.ts";
import type { Problem } from "../../problems/problem.ts";
import { checkTemplate } from "../../problems/template/check-template.ts";
import { readPrompt } from "../../problems/template/prompt-definition.ts";
import { promptTemplate, type PromptTemplate } from "../../problems/template/prompt-template.ts";
import type { Connection } from "../../tracking/database.ts";
import { problemsOfSet, storedProblem } from "../../tracking/problem-sets.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { checkFields } from "../scoring/check-fields.ts";
import { checkProblems } from "../start/check-problems.ts";
import { checkVerifiers } from "../scoring/configure-verifiers.ts";
import { stopSettings } from "../dispatcher/stop-settings.ts";
import { ofSource, templatesOfRun } from "../run-sources.ts";
import { sourceMapping } from "../start/load-recipe-sets.ts";
import { leftOut } from "../start/leave-out.ts";

/** A suite with its problems: all that an evaluation needs but the policy. */
export interface OpenSuite {
  readonly name: string;
  /** Completions a problem. */
  readonly samples: number;
  readonly temperature: number;
  readonly seed: number;
  /** Names of the metrics to show. */
  readonly metrics: readonly string[];
  readonly sets: readonly {
    readonly problems: readonly Problem[];
    readonly template: PromptTemplate;
    readonly verifiers: readonly VerifierConfig[];
    readonly maxTokens: number;
    readonly stops: ReturnType<typeof stopSettings>;
    /** Whether a completion that is cut at `maxTokens` fails, whatever its verifiers say. */
    readonly failsTruncated: boolean;
  }[];
}

/**
 * Reads the problems and prompts of a suite, fetching those on the Hugging Face hub.
 * @param onNote told when the hub could not be asked, and an older copy is used.
 * @throws RlvrError `bad_problems` for problems that are none, or that a verifier cannot judge, and `bad_recipe` for a
 * template that does not parse or does not fit its problems.
 */
export async function openSuite(suite: Suite, onNote?: (text: string) => void): Promise<OpenSuite> {
  const { name, samples, temperature, seed, metrics = usualMetrics(samples) } = suite;
  const sets = await Promise.all(
    suite.sets.map(async ({ arm, ...set }) => {
      const read = await loadProblemSet(set.problems, sourceMapping(set), { onNote });
      const problems = arm === undefined ? read.problems : read.problems.map((problem) => ({ ...problem, arm }));
      const template = promptTemplate(readPrompt(set.prompt));
      return { set, read: { ...read, problems }, template };
    }),
  );
  for (const { set, read, template } of sets) {
    await checkProblems(set.verifiers, [read]);
    checkFields(await checkVerifiers(set.verifiers), [read]);
    checkTemplate(template, [read]);
  }
  return {
    name,
    samples,
    temperature,
    seed,
    metrics,
    sets: sets.map(({ set, read, template }) => ({
      problems: spreadOverArms(read.problems, set.limit),
      template,
      verifiers: set.verifiers,
      maxTokens: set.max_tokens,
      stops: stopSettings(set),
      failsTruncated: false,
    })),
  };
}

/**
 * The test set of a run as a suite, or its development set where it has no other: as the run itself evaluates on it,
 * without what that leaves out, but for the seeds.
 * @throws RlvrError `bad_usage` when it has neither.
 */
export function heldOutSuiteOf(db: Connection, run: RunRow, recipe: Recipe): OpenSuite {
  const isTest = run.testSetId !== null;
  const setId = run.testSetId ?? run.developmentSetId;
  if (setId === null) {
    throw new RlvrError("bad_usage", `run ${run.id} has no held-out set to be evaluated on`, {
      advice: `Name a suite: rlvr eval SUITE --run ${run.id}`,
    });
  }
  const samples = (isTest ? recipe.evaluation.test_samples : undefined) ?? recipe.evaluation.samples;
  const out = leftOut(db, run.id);
  const open = problemsOfSet(db, setId).filter(({ id }) => out?.has(id) !== true);
  const problems = spreadOverArms(open, recipe.evaluation.limit);
  const templates = templatesOfRun(run, recipe);
  return {
    name: isTest ? "test" : "development",
    samples,
    temperature: recipe.evaluation.temperature,
    seed: recipe.seed,
    metrics: usualMetrics(samples),
    sets: sourcesOf(recipe).map(({ name, verifiers }) => ({
      problems: problems
        .filter(({ source }) => source === name)
        .map((row): Problem => ({ ...storedProblem(row), hints: undefined })),
      template: ofSource(templates, name),
      verifiers,
      maxTokens: recipe.sampling.max_tokens,
      stops: stopSettings(recipe.sampling),
      failsTruncated: recipe.sampling.truncated === "fail",
    })),
  };
}
