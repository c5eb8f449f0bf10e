import type { Recipe } from "../config/recipe-schema.ts";
import type { ConfiguredCurriculum } from "../curricula/registry.ts";
import type { ConfiguredObjective } from "../objectives/registry.ts";
import type { Database } from "../tracking/database.ts";
import type { ConfiguredScaffold } from "../scaffolds/registry.ts";
import type { RunRow } from "../tracking/runs.ts";
import type { RunEvent } from "./events.ts";
import type { PolicyService } from "./policy-service.ts";
import type { PromptCache } from "./prompt-cache.ts";
import type { TeacherService } from "./teacher-service.ts";
import type { TrainerService } from "./trainer-service.ts";
import type { Judge } from "./judge.ts";

/** The trainer job's folder inside the run's own. */
export const TRAINER_FOLDER = "trainer";

/** Everything that the phases of a run work with. */
export interface RunContext {
  readonly db: Database;
  readonly run: RunRow;
  readonly recipe: Recipe;
  /** The run's own folder. */
  readonly directory: string;
  readonly policy: PolicyService;
  readonly trainer: TrainerService;
  readonly judge: Judge;
  /** Who gives the credit that the objective's `teacher_coef` asks for; undefined without. */
  readonly teacher: TeacherService | undefined;
  readonly objective: ConfiguredObjective;
  readonly scaffold: ConfiguredScaffold;
  readonly curriculum: ConfiguredCurriculum;
  readonly prompts: PromptCache;
  /** Ids of the problems to practise, by arm. */
  readonly problemsByArm: ReadonlyMap<string, readonly number[]>;
  readonly emit: (event: RunEvent) => void;
  /** Seconds that this process spent in each phase of the step at hand. */
  readonly seconds: Record<string, number>;
  readonly signal: AbortSignal;
}
