import type { Recipe } from "../config/recipe-schema.ts";
import type { MixtureSource } from "../curricula/mixture.ts";
import type { ConfiguredCurriculum } from "../curricula/registry.ts";
import type { ConfiguredObjective } from "../objectives/registry.ts";
import type { ServedWeights } from "../policy/weight-sync.ts";
import type { Database } from "../tracking/database.ts";
import type { Permits } from "../sampling/permits.ts";
import type { ConfiguredScaffold } from "../scaffolds/registry.ts";
import type { RunStretch } from "../tracking/lineage.ts";
import type { RunRow } from "../tracking/runs.ts";
import type { EventLog } from "./event-log.ts";
import type { PolicyService } from "./services/policy-service.ts";
import type { TeacherService } from "./services/teacher-service.ts";
import type { TrainerService } from "./services/trainer-service.ts";
import type { ProblemDraw } from "./generated/draw-problems.ts";
import type { RunSources } from "./run-sources.ts";
import type { SourceVerifier } from "./scoring/source-judges.ts";
import type { RunWatch } from "./watch-run.ts";

/** The trainer job's folder inside the run's own. */
export const TRAINER_FOLDER = "trainer";

/** The log of the policy server that the run starts, inside the run's own folder. */
export const SERVER_LOG = "policy-server.log";

/** Everything that the phases of a run work with. */
export interface RunContext extends EventLog {
  readonly db: Database;
  readonly run: RunRow;
  /** As it stands; the phases of a step get it as it stood at that step. */
  readonly recipe: Recipe;
  /** The recipe as it stood at a step. */
  readonly recipeAt: (step: number) => Recipe;
  /** The steps whose pass rates and accuracies the run goes on from, newest first. */
  readonly history: readonly RunStretch[];
  /** The run's own folder. */
  readonly directory: string;
  readonly policy: PolicyService;
  readonly trainer: TrainerService;
  /** How problems are asked and judged, by their source. */
  readonly sources: RunSources;
  /** All verifiers, as they were when the context was made. */
  readonly verifiers: readonly SourceVerifier[];
  /** Who gives the credit that the objective's `teacher_coef` asks for; undefined without. */
  readonly teacher: TeacherService | undefined;
  readonly objective: ConfiguredObjective;
  readonly scaffold: ConfiguredScaffold;
  readonly curriculum: ConfiguredCurriculum;
  /** Ids of the problems to practise, by arm; of an arm that a generator makes, its first. */
  readonly problemsByArm: ReadonlyMap<string, readonly number[]>;
  /** Draws problems of the arms that generators make. */
  readonly draw: ProblemDraw;
  /** The sources' shares of the groups; undefined where the curriculum decides alone. */
  readonly mixture: readonly MixtureSource[] | undefined;
  /** Ids of the problems that are neither practised nor evaluated: their prompts are too long. */
  readonly leftOut: ReadonlySet<number>;
  readonly watch: RunWatch;
  /** Problems in flight at once, of steps and evaluations under the same weights. */
  readonly permits: Permits;
  /** Ends the work on groups, by their ids. */
  readonly atWork: Map<number, AbortController>;
  /** Has the run look at once at what may go on, though nothing that goes on has ended. */
  readonly wake: () => void;
  /** What this process did of the steps at hand, by their numbers. */
  readonly work: Map<number, StepWork>;
  readonly signal: AbortSignal;
}

/** The context of the groups of a step at work. */
export interface SamplingContext extends RunContext {
  /** What their rollouts are sampled under; undefined: in spans, under whatever is served. */
  readonly weights: ServedWeights | undefined;
  /** Share of the run that was done when the step was chosen. */
  readonly progress: number;
}

/** What this process did of a step. */
export interface StepWork {
  /** Whether it began the step: one that was resumed was not collected in these seconds alone. */
  readonly isWhole: boolean;
  /** Seconds in each phase. */
  readonly seconds: Record<string, number>;
}
