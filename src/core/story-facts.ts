/** What a run's story is told from: read by src/tracking/story-facts.ts, told by src/report/story.ts. */
export interface StoryFacts {
  readonly runId: number;
  readonly state: "running" | "stopped" | "succeeded" | "failed" | "interrupted";
  /** Finished steps, and how many the recipe asks for; of a fork those after the step that it was forked after. */
  readonly steps: number;
  readonly plannedSteps: number;
  /** Name of the recipe's scaffold; `none` gives no hints. */
  readonly scaffold: string;
  /** The evaluations to compare; null before the first is finished. */
  readonly evaluation: EvaluationFacts | null;
  /** Each arm in each tenth of the finished steps (each step, of fewer than ten), oldest first. */
  readonly practice: readonly PracticeFacts[];
  readonly fates: FateFacts;
  /** `teacher.kl` in the first and the last tenth of the steps, in nats a token; null without a teacher. */
  readonly teacherKl: { readonly before: number; readonly now: number } | null;
}

/** The first and the newest evaluation on one suite. */
export interface EvaluationFacts {
  readonly suite: string;
  /** Whether its problems are another set than the one that was practised. */
  readonly isHeldOut: boolean;
  /** The sources that it has problems of, where the run has others; else empty. */
  readonly sources: readonly string[];
  /** The steps after which they were made; equal when there is one evaluation only. */
  readonly beforeStep: number;
  readonly nowStep: number;
  readonly arms: readonly ArmChange[];
}

/** What two evaluations say of an arm. Counts are of completions with a verdict. */
export interface ArmChange {
  readonly arm: string;
  readonly beforePassed: number;
  readonly beforeJudged: number;
  readonly nowPassed: number;
  readonly nowJudged: number;
  /** Completions without a verdict, in both. */
  readonly unjudged: number;
  /** Problems judged in both, and the sum and the sum of squares of their changes in pass rate. */
  readonly problems: number;
  readonly changes: number;
  readonly squaredChanges: number;
}

/** One arm in one part of a run's steps. A visit is a problem's group of attempts; hinted attempts count in none of these. */
export interface PracticeFacts {
  readonly arm: string;
  /** Which part, from 0, and the first and the last step of it that drew the arm. */
  readonly part: number;
  readonly fromStep: number;
  readonly toStep: number;
  /** Visits with a verdict, and the sum and the sum of squares of their pass rates. */
  readonly visits: number;
  readonly passRates: number;
  readonly squaredPassRates: number;
  /** Visits with two verdicts or more and no pass: the learning cliff, as in `v_cliffs`. */
  readonly cliffs: number;
  /** Cliffs that a hint got over, that no hint did, and that met before the recipe lets hints begin. */
  readonly rescued: number;
  readonly unrescued: number;
  readonly exempt: number;
  /** Visits of which no attempt was trained, and those of them in which every attempt passed. */
  readonly dropped: number;
  readonly droppedSolved: number;
}

/** What became of a run's attempts, hinted ones included. */
export interface FateFacts {
  readonly rollouts: number;
  readonly trained: number;
  /** Attempts that were not trained, by drop reason, most frequent first. */
  readonly dropped: readonly { readonly reason: string; readonly rollouts: number }[];
}
