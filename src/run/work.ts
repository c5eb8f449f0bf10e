import { join } from "node:path";
import { recipeAtStep } from "../config/changes/recipe-at-step.ts";
import type { Override } from "../config/load-document.ts";
import type { Recipe } from "../config/recipe-schema.ts";
import { orDiskFull } from "../core/files/disk-full.ts";
import { messageOf, RlvrError } from "../core/errors.ts";
import { maskUrls } from "../core/secrets/mask-urls.ts";
import { truncatedSampling } from "../monitors/truncated-sampling.ts";
import type { Alarm } from "../monitors/watch.ts";
import type { Database } from "../tracking/database.ts";
import { eventsOfType } from "../tracking/events.ts";
import { problemIdsByArm } from "../tracking/problem-sets.ts";
import { recipeChangesOf, storeRecipeChanges } from "../tracking/recipe-changes.ts";
import { makeRunFolder } from "../tracking/run-folder.ts";
import { lockRun } from "../tracking/run-lock.ts";
import { keptVerdicts } from "../tracking/verdicts.ts";
import { findRun, setRunState, type RunRow, type RunState } from "../tracking/runs.ts";
import { finishedSteps, latestStep } from "../tracking/steps.ts";
import { latestCheckpoint } from "../tracking/training.ts";
import { chooseTrainer } from "./start/choose-trainer.ts";
import { editedSources } from "./start/edited-sources.ts";
import { createEventLog, type EventLog } from "./event-log.ts";
import type { AlarmRaised, RunEvent } from "./events.ts";
import { checkTeacher } from "./start/check-teacher.ts";
import { execute } from "./execute.ts";
import { failingTruncated } from "./scoring/fail-truncated.ts";
import { configureModules, type Modules } from "./modules.ts";
import { planResume, type ResumePlan } from "./start/plan-resume.ts";
import type { PolicyService } from "./services/policy-service.ts";
import { askedProblems, leaveOutTooLong } from "./start/leave-out.ts";
import { exportFault, servedWeights } from "./services/served-weights.ts";
import { apiKeyOf } from "./services/api-keys.ts";
import { RUN_PORTS, type RunPorts } from "./run-ports.ts";
import { progressAfter } from "./progress.ts";
import { createPromptCache } from "./phases/prompt-cache.ts";
import { reportVerifiers } from "./scoring/report-verifiers.ts";
import { standingBatch } from "./phases/train.ts";
import { needsCheckpoint } from "./phases/versions-to-keep.ts";
import type { TeacherService } from "./services/teacher-service.ts";
import type { TrainerService } from "./services/trainer-service.ts";
import { watchRun } from "./watch-run.ts";

/** Prompts of the practice set by which the tokenizers of policy and teacher are compared. */
const PROBED_PROMPTS = 8;

/** How a run is worked on. */
export interface WorkOptions {
  readonly db: Database;
  readonly databasePath: string;
  readonly run: RunRow;
  /** Options that a person changes with this. Default: none. */
  readonly changes?: readonly Override[];
  readonly listen: (event: RunEvent) => void;
  /** Aborting it ends the run tidily: nothing new is begun, children are ended, `resume` goes on. */
  readonly signal: AbortSignal;
  /** Default: {@link RUN_PORTS}. */
  readonly ports?: Partial<RunPorts>;
}

/**
 * Works on a run, new or unfinished, until it is done: takes its lock, starts its children, executes its steps, and
 * ends its children whatever happens. A run that is over is left as it is.
 * @throws RlvrError `run_locked`, `unsafe_path`, `interrupted`, of changes that are refused, or whatever ended it.
 */
export async function workOn(options: WorkOptions): Promise<void> {
  const { db, databasePath, changes = [] } = options;
  const directory = makeRunFolder(databasePath, options.run.id);
  const lock = lockRun(directory, options.run.id);
  try {
    // Read anew: another process may have worked on it until now.
    const run = findRun(db, options.run.id);
    const plan = planResume(db, run, changes);
    if (!plan.isOver) await workLocked({ ...options, run }, directory, plan);
  } finally {
    lock.release();
  }
}

async function workLocked(options: WorkOptions, directory: string, plan: ResumePlan): Promise<void> {
  const { db, run } = options;
  const { recipe } = plan;
  const log = createEventLog(db, run.id, options.listen);
  const end = (state: Exclude<RunState, "running">, reason: string | null): void => {
    const step = finishedSteps(latestStep(db, run.id));
    log.conclude(() => setRunState(db, run.id, state), [{ type: "run_ended", state, step, reason }]);
  };
  try {
    setRunState(db, run.id, "running");
    announce(options, plan, log);
    end("succeeded", await executeWithChildren(options, directory, recipe, log));
  } catch (thrown) {
    if (options.signal.aborted) {
      end("interrupted", null);
      throw interrupted(run.id, thrown);
    }
    const error = orDiskFull(thrown, `Free some space, then go on with: rlvr resume ${run.id}`);
    try {
      end("failed", maskUrls(messageOf(error)));
    } catch {
      // The database's own disk may be full: report the error that ended the run, not that this could not be written.
    }
    throw error;
  }
}

/** Returns why the run ended before its last step, or null. */
async function executeWithChildren(
  options: WorkOptions,
  directory: string,
  recipe: Recipe,
  log: EventLog,
): Promise<string | null> {
  const { db, run, signal } = options;
  const ports = { ...RUN_PORTS, ...options.ports };
  const modules = configureModules(recipe, run.promptTemplate);
  const truncated = truncatedSampling(recipe.sampling, modules.objective.surrogate);
  if (truncated !== undefined && !isRaised(db, run.id, truncated)) log.emit({ type: "alarm", ...truncated });
  const recipeAt = recipeAtStep(recipe, recipeChangesOf(db, run.id));
  const choice = chooseTrainer(recipe);
  const verifiers = await ports.createJudge(recipe.verifiers, (keys) => keptVerdicts(db, keys));
  const judge = recipe.sampling.truncated === "fail" ? failingTruncated(verifiers) : verifiers;
  const trainer = ports.createTrainer({
    db,
    runId: run.id,
    runDirectory: directory,
    policyDirectory: recipe.policy.model,
    baseWeights: recipe.policy.weights,
    driver: recipe.trainer.driver,
    choice,
    batchOf: ({ step, batch }) =>
      standingBatch({ db, run, recipe: recipeAt(step.number), objective: modules.objective, directory }, step, batch),
    needsCheckpoint: (step) => needsCheckpoint(recipe, step),
    onState: (epoch, state, detail) => log.emit({ type: "trainer_state", epoch, state, detail }),
    onPassedOver: (passed) => log.emit({ type: "checkpoint_passed_over", ...passed }),
    signal,
  });
  let policy: PolicyService | undefined;
  let teacher: TeacherService | undefined;
  const starting = new AbortController();
  const untilStarted = AbortSignal.any([signal, starting.signal]);
  const openServers = async (): Promise<PolicyService> => {
    teacher = await openTeacherOf(ports, recipe, untilStarted);
    await restoreExport(db, run, directory, trainer, log);
    policy = await ports.servePolicy(recipe, {
      weights: servedWeights(directory, latestCheckpoint(db, run.id)),
      namespace: directory,
      onRestart: (reason, policyVersion) => log.emit({ type: "policy_restarted", reason, policyVersion }),
      onReplica: (replica, state, reason) => log.emit({ type: "replica_state", replica, state, reason }),
      signal: untilStarted,
    });
    return policy;
  };
  try {
    reportVerifiers(db, run.id, judge.verifiers, log);
    // Nothing is sampled before it is known that a trainer can train it.
    const servers = await bothOrNeither(trainer.ready(), openServers(), () => starting.abort());
    const problems = askedProblems(db, run, modules.template);
    const leftOut = await leaveOutTooLong({ db, run, recipe, ...log }, servers, problems, signal);
    if (teacher !== undefined) {
      // Prompts of the practice set, which come first.
      const probed = problems.filter(({ row }) => !leftOut.has(row.id)).slice(0, PROBED_PROMPTS);
      await checkTeacher(
        teacher,
        servers,
        probed.map(({ prompt }) => prompt),
        signal,
      );
    }
    return await execute({
      db,
      run,
      recipe,
      recipeAt,
      directory,
      policy: servers,
      trainer,
      judge,
      teacher,
      objective: modules.objective,
      scaffold: modules.scaffold,
      curriculum: modules.curriculum,
      problemsByArm: practisedByArm(options, recipe, modules, leftOut),
      leftOut,
      prompts: createPromptCache(modules.template),
      ...log,
      watch: watchRun(db, run, recipe),
      work: { seconds: {}, begun: null },
      signal,
    });
  } finally {
    await Promise.allSettled([policy?.close(), teacher?.close(), trainer.close(), judge.close()]);
  }
}

/** Whether an alarm was raised before, such as by a start that was killed before the first step. */
function isRaised(db: Database, runId: number, { alarm }: Alarm): boolean {
  return eventsOfType(db, runId, "alarm").some(({ data }) => (data as AlarmRaised).alarm === alarm);
}

/** Has the weights that are to be served made anew where they are missing or damaged. */
async function restoreExport(
  db: Database,
  run: RunRow,
  directory: string,
  trainer: TrainerService,
  { emit }: EventLog,
): Promise<void> {
  const newest = latestCheckpoint(db, run.id);
  const reason = newest && (await exportFault(directory, newest));
  if (newest === undefined || reason === undefined) return;
  const path = join(directory, newest.exportDirectory);
  emit({ type: "export_lost", policyVersion: newest.policyVersion, path, reason });
  await trainer.restoreExport();
}

/** Waits for the second of two things that go on side by side. When one fails, the second is cancelled and waited for. */
async function bothOrNeither<T>(first: Promise<void>, second: Promise<T>, cancel: () => void): Promise<T> {
  try {
    const [, result] = await Promise.all([first, second]);
    return result;
  } catch (error) {
    cancel();
    await second.catch(() => undefined);
    throw error;
  }
}

/**
 * Ids of the problems to practise, by arm; an arm that has none left is none.
 * @throws what the curriculum throws when it cannot work with the arms that are left.
 */
function practisedByArm(
  { db, run }: WorkOptions,
  { problems: { arms } }: Recipe,
  { curriculum }: Modules,
  leftOut: ReadonlySet<number>,
): Map<string, readonly number[]> {
  const kept = [...problemIdsByArm(db, run.practiceSetId, arms)]
    .map(([arm, ids]) => [arm, ids.filter((id) => !leftOut.has(id))] as const)
    .filter(([, ids]) => ids.length > 0);
  curriculum.init(kept.map(([arm]) => arm));
  return new Map(kept);
}

async function openTeacherOf(
  { openTeacher }: RunPorts,
  recipe: Recipe,
  signal: AbortSignal,
): Promise<TeacherService | undefined> {
  if (recipe.teacher === undefined) return undefined;
  return openTeacher(recipe.teacher, { apiKey: apiKeyOf(recipe, "teacher"), signal });
}

/** Stores the changes of the recipe, and the event that the run begins or goes on. */
function announce(
  { db, databasePath, run }: WorkOptions,
  { recipe, changes, step }: ResumePlan,
  { emit, conclude }: EventLog,
): void {
  if (changes.length > 0) {
    conclude(
      () => storeRecipeChanges(db, run.id, recipe, changes),
      changes.map((change) => ({ type: "recipe_changed", ...change })),
    );
  }
  const common = { runId: run.id, name: run.name, steps: recipe.steps, database: databasePath };
  // Not by its steps: a run may have ended before the first.
  if (eventsOfType(db, run.id, "run_started", 1).length === 0) emit({ type: "run_started", ...common, seed: run.seed });
  else emit({ type: "run_resumed", ...common, step, progress: progressAfter({ db, run, recipe }, step) });
  const files = editedSources(run);
  if (files.length > 0) emit({ type: "sources_edited", files });
}

function interrupted(runId: number, cause: unknown): RlvrError {
  return new RlvrError("interrupted", `run ${runId} was interrupted`, {
    advice: `Go on with: rlvr resume ${runId}`,
    cause,
  });
}
