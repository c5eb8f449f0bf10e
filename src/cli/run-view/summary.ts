import type { Recipe } from "../../config/recipe-schema.ts";
import type { Alarm } from "../../monitors/watch.ts";
import { predictCurve, type Prediction } from "../../monitors/prediction.ts";
import { stabilityOf, type Stability } from "../../monitors/stability.ts";
import type { Connection, Database } from "../../tracking/database.ts";
import { eventsOfType } from "../../tracking/events.ts";
import {
  armResults,
  evalCourseOf,
  finishedEvalIn,
  latestEval,
  overallAccuracy,
  type ArmResult,
  type CourseEval,
} from "../../tracking/evals.ts";
import {
  beforeAndAfter,
  droppedByReason,
  firstPractice,
  secondsByPhase,
  type BeforeAndAfter,
} from "../../tracking/report.ts";
import { someSourcesOf } from "../../tracking/problem-sets.ts";
import { serversOut, type ServerOut } from "../../tracking/reads/servers-out.ts";
import { recipeChangesOf, type RecipeChangeRow } from "../../tracking/recipe-changes.ts";
import { beginningOf, historyOf } from "../../run/history.ts";
import { runStateNow, type RunStateNow } from "../../tracking/run-state.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { storyFacts } from "../../tracking/story-facts.ts";
import { story } from "../../report/story.ts";
import { busyShares, type BusyShares } from "../../report/pipeline/busy-shares.ts";
import { pipelineSpans } from "../../tracking/reads/pipeline-spans.ts";
import type { StorySentence } from "../../report/story/sentence.ts";

/** What is told at the end of a run. */
export interface Summary {
  readonly runId: number;
  readonly name: string;
  readonly state: RunStateNow;
  /** Why it ended where it did not just reach its last step; null otherwise, and while it works. */
  readonly reason: string | null;
  /** What it did, for somebody who has never seen one. */
  readonly story: readonly StorySentence[];
  readonly suite: string;
  /** The sources that the suite has problems of, where the run has others; else empty. */
  readonly suiteSources: readonly string[];
  readonly firstStep: number;
  /** Steps that the recipe asks for. */
  readonly steps: number;
  /** What its best version is called, such as `3:best`, or its newest where none is kept as the best. */
  readonly version: string;
  /** The first source of its problems; null where its recipe has no sources. */
  readonly source: string | null;
  readonly before: readonly ArmResult[];
  readonly after: readonly ArmResult[];
  readonly afterStep: number | null;
  readonly examples: readonly BeforeAndAfter[];
  /** Forgetting by arm, over the evaluations on the development set. */
  readonly stability: Stability;
  /** The learning curve of those evaluations, over all arms, and where it leads; null while they are too few. */
  readonly learningCurve: Prediction | null;
  /** How many evaluations on the development set there were. */
  readonly evaluations: number;
  readonly alarms: readonly Alarm[];
  /** Policy servers that are out of use, of a run that works or was stopped. */
  readonly serversOut: readonly ServerOut[];
  /** Changes of the recipe since the start, in their order. */
  readonly changes: readonly RecipeChangeRow[];
  /** Rollouts that were not trained, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Groups that were dropped as a whole, by reason. */
  readonly droppedGroups: Readonly<Record<string, number>>;
  /** Seconds of each phase, summed over the steps: more than the run took where phases of several steps overlap. */
  readonly secondsByPhase: Readonly<Record<string, number>>;
  /** How long the run was worked on, and for how much of that its two ends were busy; null in runs of older versions. */
  readonly busy: BusyShares | null;
}

/** Reads the summary of a run: accuracies on the test set, or on the development set where the test was not reached. */
export function summaryOf(db: Database, run: RunRow): Summary {
  const state = runStateNow(db, run);
  const suite = (latestEval(db, run.id, "test")?.step ?? 0) > 0 ? "test" : "development";
  const history = historyOf(db, run.id);
  const before = finishedEvalIn(db, history, suite, beginningOf(history));
  const after = latestEval(db, run.id, suite);
  const course = evalCourseOf(db, history, "development");
  // As it is stored, which an older version may have done: a run whose recipe is refused today can be shown.
  const recipe = run.recipe as Pick<Recipe, "steps"> & Partial<Pick<Recipe, "checkpoints" | "problems">>;
  const isEvaluated = course.some(({ step }) => step > (run.parentStep ?? 0));
  return {
    runId: run.id,
    name: run.name,
    state,
    reason: reasonOf(db, run.id, state),
    story: story(storyFacts(db, run.id)),
    suite,
    suiteSources: someSourcesOf(db, run.recipe, suite === "test" ? run.testSetId : run.developmentSetId),
    firstStep: (run.parentStep ?? 0) + 1,
    steps: recipe.steps,
    version: (recipe.checkpoints?.keep_best ?? 0) > 0 && isEvaluated ? `${run.id}:best` : String(run.id),
    source: recipe.problems?.sources?.[0]?.name ?? null,
    before: before ? armResults(db, before.id) : [],
    after: after ? armResults(db, after.id) : [],
    afterStep: after?.step ?? null,
    examples: before && after ? beforeAndAfter(db, before.id, after.id, 3) : [],
    stability: stabilityOf(
      course.map(({ step, arms }) => ({ step, accuracy: accuracyByArm(arms) })),
      firstPractice(db, run.id),
    ),
    // A run that stopped early, or at its budget of tokens, never comes to the recipe's last step.
    learningCurve: learningCurveOf(course, run.state === "succeeded" ? (course.at(-1)?.step ?? 0) : recipe.steps),
    evaluations: course.length,
    alarms: eventsOfType(db, run.id, "alarm").map(({ data }) => data as Alarm),
    serversOut: state === "succeeded" ? [] : serversOut(db, run.id),
    changes: recipeChangesOf(db, run.id),
    dropped: droppedByReason(db, run.id, "dropped"),
    droppedGroups: droppedByReason(db, run.id, "dropped_groups"),
    secondsByPhase: Object.fromEntries(secondsByPhase(db, run.id)),
    busy: busyOf(db, run.id),
  };
}

function busyOf(db: Connection, runId: number): BusyShares | null {
  const { spans, pauses } = pipelineSpans(db, runId);
  const phases = spans.filter(({ phase }) => phase !== "evaluate");
  if (phases.length === 0) return null;
  const starts = spans.map(({ startedAt }) => startedAt);
  const startedAt = starts.reduce((least, each) => (each < least ? each : least));
  return busyShares(spans, { startedAt, finishedAt: spans.at(-1)?.finishedAt ?? startedAt }, pauses);
}

function reasonOf(db: Connection, runId: number, state: RunStateNow): string | null {
  if (state === "running") return null;
  if (state === "stopped") return `its process is gone (killed, or the machine stopped); rlvr resume ${runId} goes on`;
  const ended = eventsOfType(db, runId, "run_ended").at(-1)?.data as { readonly reason: string | null } | undefined;
  return ended?.reason ?? null;
}

function accuracyByArm(arms: readonly ArmResult[]): Record<string, number> {
  return Object.fromEntries(arms.flatMap(({ arm, accuracy }) => (accuracy === null ? [] : [[arm, accuracy]])));
}

function learningCurveOf(course: readonly CourseEval[], steps: number): Prediction | null {
  const points = course.flatMap(({ step, arms }) => {
    const accuracy = overallAccuracy(arms);
    return accuracy === null ? [] : [{ step, accuracy }];
  });
  return predictCurve(points, steps) ?? null;
}
