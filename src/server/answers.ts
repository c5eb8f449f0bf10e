import type { MetricSeries } from "../tracking/reads/metric-series.ts";
import type { ArmCell } from "../tracking/reads/arm-cells.ts";
import type { GroupHead, TriedHint } from "../tracking/reads/group-head.ts";
import type { StoredRolloutDetail } from "../tracking/reads/rollout-details.ts";
import type { RolloutLine } from "../tracking/reads/rollout-rows.ts";
import type { RunCourse } from "../tracking/reads/run-course.ts";
import type { ServerOut } from "../tracking/reads/servers-out.ts";
import type { Software } from "../core/software.ts";
import type { RunChoices } from "../tracking/reads/run-choices.ts";
import type { NewestVisit, SharedArm, SharedProblem } from "../tracking/reads/shared-problems.ts";
import type { RunOverview } from "../tracking/reads/run-overviews.ts";

/** What the routes of the dashboard's API answer, as JSON. Steps count from 1; 0 is before the first. Times are ISO 8601. */

/** GET /api/runs: every run, newest first. */
export interface RunSummary extends Omit<RunOverview, "state"> {
  /** `stopped`: its process is gone without having said so. */
  readonly state: "running" | "stopped" | "succeeded" | "failed" | "interrupted";
  /** Held-out accuracy over all arms, of the first and the newest evaluation of the suite (`test` if it has both, else `development`). */
  readonly accuracyBefore: number | null;
  readonly accuracyNow: number | null;
  /** Bytes of its files (its rows share the database's file); null while nobody has measured them. */
  readonly bytes: number | null;
  /** `reward.mean` over the steps in at most 40 buckets, for a sparkline. */
  readonly rewards: readonly number[];
}

/** GET /api/runs/:run */
export interface RunDetail extends RunSummary, RunChoices {
  /** The resolved recipe, as it was stored (it never holds secrets). */
  readonly recipe: unknown;
  readonly version: string;
  /** Changes of the recipe since the start, in their order; `recipe` has them all. */
  readonly changes: readonly RecipeChange[];
  /** The sources that a suite has problems of, by suite, where the run has others; suites that have all are left out. */
  readonly suiteSources: Readonly<Record<string, readonly string[]>>;
  /** Policy servers that are out of use; empty of a run that succeeded. */
  readonly serversOut: readonly ServerOut[];
}

/** GET /api/runs/:run/recipe: what a run was made of. */
export interface RecipeAnswer {
  /** The resolved recipe with all changes, as YAML, without keys. */
  readonly yaml: string;
  /** The command that began it, without keys; null in runs of older versions. */
  readonly command: string | null;
  /** Version of rlvr that began it. */
  readonly version: string;
  /** The programs that it works with, as they were last reported; empty before its first batch is trained. */
  readonly software: readonly Software[];
}

/** An option that was changed, from a step on; its values are JSON, null where it is left out. */
export interface RecipeChange {
  readonly id: number;
  readonly runId: number;
  readonly step: number;
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** `person`, or the name of a controller. */
  readonly by: string;
  readonly evidence: unknown;
  readonly at: string;
}

/** GET /api/runs/:run/story: what the run did, for somebody who has never seen one. Three sentences. */
export type { StorySentence } from "../report/story/sentence.ts";

/** One metric over steps. Longer series are cut into buckets of equal numbers of steps: `mean` with `low` and `high`. */
export type { MetricSeries as Series } from "../tracking/reads/metric-series.ts";

/**
 * GET /api/runs/:run/metrics?names=reward.mean,pass_rate.*&from=&to=&points=500
 * A name may end in `*`. `points` is the most a series has.
 */
export interface MetricsAnswer {
  readonly series: readonly MetricSeries[];
}

/**
 * GET /api/runs/:run/pipeline?to=&steps=20: what was sampled, trained, synced and evaluated when, a page of steps that ends with
 * `to` (the newest unless told otherwise). Work that goes on has `isOpen`, and ends now.
 */
export type { PipelinePage as PipelineAnswer } from "../tracking/reads/pipeline-page.ts";
export type { Stretch } from "../core/pipeline-span.ts";

/** GET /api/runs/:run/evals: accuracy of each finished evaluation by arm and over all (`arm` null). */
export type { EvalPoint } from "../tracking/reads/eval-points.ts";

/** GET /api/runs/:run/alarms: what the run's monitors called out, oldest first. */
export interface Alarm {
  readonly id: number;
  readonly step: number;
  readonly at: string;
  /** Such as `entropy_collapse`. */
  readonly alarm: string;
  readonly message: string;
  /** Metric that it is about, so that its chart can mark it. */
  readonly metric: string;
}

/** GET /api/runs/:run/curriculum?points=120: each arm in each bucket of steps. */
export type { ArmCell } from "../tracking/reads/arm-cells.ts";
export interface CurriculumAnswer {
  readonly arms: readonly string[];
  readonly steps: readonly number[];
  readonly cells: readonly ArmCell[];
}

/** GET /api/runs/:run/cliff-map?arm=&order=hardest|visits|position&offset=0&limit=60: problems x visits. */
export interface CliffVisit {
  readonly step: number;
  readonly groupId: number;
  /** Of the policy's own rollouts (no hints); null while not judged. */
  readonly passRate: number | null;
  /** The hint that rescued it, or the last that was tried. */
  readonly hint: { readonly tier: string; readonly level: number; readonly isRescue: boolean } | null;
}
export interface CliffRow {
  readonly problemId: number;
  readonly key: string;
  readonly arm: string;
  /** At most 200 characters. */
  readonly problem: string;
  /** How often it was drawn; of more than 200 visits the newest are told. */
  readonly visitCount: number;
  readonly visits: readonly CliffVisit[];
  /** First step at which it passed without a hint after it had needed one. */
  readonly graduatedAt: number | null;
}
export interface CliffMapAnswer {
  readonly problems: number;
  readonly rows: readonly CliffRow[];
}

/**
 * GET /api/runs/:run/rollouts?arm=&step_from=&step_to=&passed=true|false|none&verifier=&status=ok|error|timeout|skipped
 *   &hint=any|none|TIER&drop=trained|any|REASON&problem=KEY&text=&cursor=&limit=50
 * Newest first. One request looks at a bounded number of rollouts: where it found fewer than `limit`, it says how far it
 * came and gives a cursor to go on from; `cursor` null is the end.
 */
export type { RolloutLine as RolloutRow } from "../tracking/reads/rollout-rows.ts";
export interface RolloutsAnswer {
  readonly rows: readonly RolloutLine[];
  readonly cursor: string | null;
  /** Rollouts that this request looked at, and the step it came to. */
  readonly scanned: number;
  readonly atStep: number | null;
}

/** GET /api/rollouts/:id and the members of GET /api/groups/:id. Texts in full. */
export type { StoredVerdictDetail as VerdictDetail } from "../tracking/reads/rollout-details.ts";
export type { StoredRolloutDetail as RolloutDetail } from "../tracking/reads/rollout-details.ts";
export interface GroupDetail extends GroupHead {
  readonly hints: readonly TriedHint[];
  readonly rollouts: readonly StoredRolloutDetail[];
}

/** A token. `text` is null where the policy's tokenizer is not to be had. */
export interface TokenText {
  readonly id: number;
  readonly text: string | null;
  /** Whether it is special, such as the one that ends a turn: it is no part of what verifiers read. */
  readonly isSpecial: boolean;
}

/** GET /api/rollouts/:id/prompt: every token of what the policy saw, its chat template and special tokens included. */
export interface PromptAnswer {
  readonly tokens: readonly TokenText[];
  /** Why texts are null; null where they are not. */
  readonly note: string | null;
}

/** GET /api/rollouts/:id/tokens: the completion's tokens. */
export interface TokenDetail extends TokenText {
  readonly logprob: number;
  readonly teacherLogprob: number | null;
  /** The trainer's log-probability, under the weights that the batch began with, less `logprob`; null where it is not stored. */
  readonly logRatio: number | null;
  /** Of the distribution that the trainer sees it drawn from, in nats; null where it is not stored. */
  readonly entropy: number | null;
  readonly advantage: number | null;
  readonly weight: number | null;
}
export interface TokensAnswer {
  readonly tokens: readonly TokenDetail[];
  /** Why `text` is null; null where it is not. */
  readonly note: string | null;
}

/** GET /api/runs/:run/trainer: lists newest first. */
export interface TrainerAnswer {
  readonly jobs: readonly {
    readonly epoch: number;
    readonly driver: string;
    readonly state: string;
    readonly detail: string | null;
    readonly startedFromVersion: number;
    readonly createdAt: string;
    readonly updatedAt: string;
    readonly checkpoints: number;
    /** The newest heartbeat of its directory and its age; null where there is none. */
    readonly heartbeat: { readonly counter: number; readonly phase: string; readonly ageSeconds: number } | null;
    /** The end of what its process printed. */
    readonly log: string | null;
  }[];
  /** Its changes of state. */
  readonly history: readonly {
    readonly at: string;
    readonly epoch: number;
    readonly state: string;
    readonly detail: string;
  }[];
  /** The trained versions whose files are kept, with the paths of these on the server's machine. */
  readonly versions: readonly {
    readonly policyVersion: number;
    readonly step: number;
    readonly createdAt: string;
    readonly export: string;
    readonly checkpoint: string | null;
  }[];
  /** The log of the policy server that the run started, and the end of what it holds; null without one. */
  readonly serverLog: { readonly path: string; readonly text: string } | null;
}

/** GET /api/compare?runs=1,2,3&metrics=reward.mean,train.*&points=300 */
export interface CompareAnswer {
  readonly runs: readonly {
    readonly id: number;
    readonly name: string;
    /** The metrics that were asked for and that any of the runs has, in that order; empty where this run has none. */
    readonly series: readonly MetricSeries[];
    /** What it had cost by its steps: other axes than the step. */
    readonly course: RunCourse;
  }[];
  /** Metrics that any of them has. */
  readonly metrics: readonly string[];
  /** Recipe options that are not the same in all, by path such as `objective.name`, and each run's value as JSON text (null: absent). */
  readonly differences: readonly { readonly path: string; readonly values: readonly (string | null)[] }[];
}

/**
 * GET /api/compare/evaluations?suite=test&a=1:120&b=2:120: two evaluations by the paired test, as `rlvr eval --compare` has it.
 * The first answer about two evaluations takes a second or more, in a thread of its own; it is kept.
 */
export interface ComparedEvaluations {
  /** By arm; none where there is one arm only. */
  readonly arms: readonly ComparedArm[];
  readonly all: ComparedArm;
  /** Problems without a verdict on a side. */
  readonly leftOut: number;
  /** What it says, in one sentence. */
  readonly sentence: string;
  /** What was paired, and what was left out for only one side has it. */
  readonly pairing: string;
  /** What besides the policy differs between the sides. */
  readonly notes: readonly string[];
}
export interface ComparedArm {
  readonly arm: string;
  readonly problems: number;
  /** Mean over the problems of the share of completions that passed, and b - a. */
  readonly a: number;
  readonly b: number;
  readonly difference: number;
  /** Of the difference, 95%. */
  readonly interval: { readonly low: number; readonly high: number };
  /** Two-sided, of no difference, and the same by Holm over the arms (null for all together). */
  readonly p: number;
  readonly adjusted: number | null;
  readonly test: string;
  /** Problems of which more of b's completions passed than of a's, fewer, and as many. */
  readonly better: number;
  readonly worse: number;
  readonly same: number;
}

/** GET /api/compare/problems?runs=1,2&offset=0&limit=20: problems that all have practised, the most different first. */
export interface ComparedProblems {
  readonly problems: number;
  readonly rows: readonly SharedProblem[];
  /** Where they share no problem: the arms that all have practised. */
  readonly arms: readonly SharedArm[];
}

/**
 * GET /api/compare/visits?runs=1,2&problem=ID, or &arm=NAME: each run's newest visit to a problem, or to any of an arm, with
 * its rollouts.
 */
export type ComparedVisits = readonly {
  readonly run: number;
  /** Null where the run has not practised it. */
  readonly visit: (Omit<NewestVisit, "rollouts"> & { readonly rollouts: readonly RolloutLine[] }) | null;
}[];

/** GET /api/queries: the ready queries of db/queries. */
export type { ReadyQuery } from "../core/ready-query.ts";

/** POST /api/sql {"sql": "..."}: what `rlvr sql` gives, at most `limit` (1,000) rows. Whole numbers beyond 2^53 and blobs are text. */
export interface SqlAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly isCut: boolean;
  readonly milliseconds: number;
}

/** A fault of any route, with its HTTP status. */
export interface Fault {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly advice: string;
    readonly retryable: boolean;
  };
}

/** GET /api/live: server-sent events. `change` when the database has changed: refetch what you show. */
export interface Change {
  readonly dataVersion: number;
  /** Stored events since the last change, of all runs, at most 100. */
  readonly events: readonly {
    readonly id: number;
    readonly runId: number;
    readonly step: number | null;
    readonly type: string;
    readonly at: string;
    readonly data: unknown;
  }[];
}
