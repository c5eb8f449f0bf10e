import { join } from "node:path";
import { createPermits } from "../sampling/permits.ts";
import { recipeAtStep } from "../config/changes/recipe-at-step.ts";
import type { Recipe } from "../config/recipe-schema.ts";
import { sourcesOf } from "../config/recipe-sources.ts";
import type { MixtureSource } from "../curricula/mixture.ts";
import { truncatedSampling } from "../monitors/truncated-sampling.ts";
import type { Alarm } from "../monitors/watch.ts";
import type { Database } from "../tracking/database.ts";
import { eventsOfType } from "../tracking/events.ts";
import { problemIdsByArm, problemsOfIds } from "../tracking/problem-sets.ts";
import { recipeChangesOf } from "../tracking/recipe-changes.ts";
import { keptVerdicts } from "../tracking/verdicts.ts";
import { type RunRow } from "../tracking/runs.ts";
import { latestCheckpoint, stepOfVersion } from "../tracking/training.ts";
import { chooseTrainer } from "./start/choose-trainer.ts";
import { type EventLog } from "./event-log.ts";
import type { AlarmRaised } from "./events.ts";
import { checkTeacher } from "./start/check-teacher.ts";
import { historyOf } from "./history.ts";
import { createProblemDraw } from "./generated/draw-problems.ts";
import { promptsFit } from "./generated/prompts-fit.ts";
import { reportGenerators } from "./generated/report-generators.ts";
import { openGenerators } from "./generated/source-generator.ts";
import { failingTruncated } from "./scoring/fail-truncated.ts";
import { configureModules, type Modules } from "./modules.ts";
import type { PolicyService } from "./services/policy-service.ts";
import { askedProblems, leaveOutTooLong } from "./start/leave-out.ts";
import { exportFault, startingWeights } from "./services/served-weights.ts";
import { apiKeyOf } from "./services/api-keys.ts";
import { RUN_PORTS, type RunPorts } from "./run-ports.ts";
import { runSources, templatesOfRun } from "./run-sources.ts";
import { reportVerifiers } from "./scoring/report-verifiers.ts";
import { standingBatch } from "./learner/train.ts";
import { trainedBy } from "./learner/trained-by.ts";
import { storeProbe } from "./learner/store-probe.ts";
import { needsCheckpoint } from "./learner/versions-to-keep.ts";
import type { TeacherService } from "./services/teacher-service.ts";
import type { TrainerService } from "./services/trainer-service.ts";
import { watchRun } from "./watch-run.ts";
import type { RunContext } from "./run-context.ts";

/** Prompts of each source's practice set by which the tokenizers of policy and teacher are compared. */
const PROBED_PROMPTS = 8;

/** What the context of a run is made of. */
export interface RunParts {
  readonly db: Database;
  readonly run: RunRow;
  /** As it stands. */
  readonly recipe: Recipe;
  /** The run's own folder. */
  readonly directory: string;
  readonly log: EventLog;
  /** File that the output of a policy server that is started goes to. Default: none is kept. */
  readonly serverLog?: string | undefined;
  readonly signal: AbortSignal;
  /** Default: {@link RUN_PORTS}. */
  readonly ports?: Partial<RunPorts> | undefined;
}

/**
 * Starts what a run works with (its judge, trainer, policy servers and teacher), has something done with it, and ends it
 * whatever happens.
 * @throws RlvrError of what cannot start or does not fit the run's problems.
 */
export async function withRunContext<T>(parts: RunParts, work: (context: RunContext) => Promise<T>): Promise<T> {
  const { db, run, recipe, directory, log, serverLog, signal } = parts;
  const ports = { ...RUN_PORTS, ...parts.ports };
  const modules = configureModules(recipe);
  const templates = templatesOfRun(run, recipe);
  const truncated = truncatedSampling(recipe.sampling, modules.objective.surrogate);
  if (truncated !== undefined && !isRaised(db, run.id, truncated)) log.emit({ type: "alarm", ...truncated });
  const recipeAt = recipeAtStep(recipe, recipeChangesOf(db, run.id));
  const history = historyOf(db, run.id);
  const choice = chooseTrainer(recipe);
  const judges = await ports.createJudges(sourcesOf(recipe), (keys) => keptVerdicts(db, keys));
  const failsTruncated = recipe.sampling.truncated === "fail";
  const trainer = ports.createTrainer({
    db,
    runId: run.id,
    runDirectory: directory,
    policyDirectory: recipe.policy.model,
    baseWeights: recipe.policy.weights,
    driver: recipe.trainer.driver,
    choice,
    batchOf: ({ step, batch }) => {
      const sources = step.runId === run.id ? { run, recipe: recipeAt(step.number), ...modules } : trainedBy(db, step);
      return standingBatch({ db, ...sources, directory }, step, batch);
    },
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
    if (recipe.policy.url === undefined && serverLog !== undefined)
      log.emit({ type: "policy_starting", log: serverLog });
    policy = await ports.servePolicy(recipe, {
      weights: startingWeights({ db, run, directory }, recipe),
      namespace: directory,
      log: serverLog,
      onRestart: (reason, policyVersion) => log.emit({ type: "policy_restarted", reason, policyVersion }),
      onReplica: (replica, state, reason) => log.emit({ type: "replica_state", replica, state, reason }),
      onSwitch({ policyVersion, seconds, comparison }) {
        const step = stepOfVersion(db, run.id, policyVersion) ?? run.parentStep ?? 0;
        if (comparison !== undefined) storeProbe(db, run.id, policyVersion, [comparison]);
        log.emit({ type: "weights_loaded", step, policyVersion, seconds });
      },
      signal: untilStarted,
    });
    return policy;
  };
  try {
    reportVerifiers(db, run.id, judges.verifiers, log);
    const generators = await openGenerators(sourcesOf(recipe), run.seed, judges.pool);
    reportGenerators(db, run.id, generators, log);
    // Nothing is sampled before it is known that a trainer can train it.
    const servers = await bothOrNeither(trainer.ready(), openServers(), () => starting.abort());
    const problems = askedProblems(db, run, templates);
    const leftOut = await leaveOutTooLong({ db, run, recipe, ...log }, servers, problems, signal);
    if (teacher !== undefined) {
      // Prompts of the practice set, which come first.
      const bySource = Map.groupBy(
        problems.filter(({ row }) => !leftOut.has(row.id)),
        ({ row }) => row.source,
      );
      const probed = [...bySource.values()].flatMap((own) => own.slice(0, PROBED_PROMPTS));
      await checkTeacher(
        teacher,
        servers,
        probed.map(({ prompt }) => prompt),
        signal,
      );
    }
    const problemsByArm = practisedByArm(parts, modules, leftOut);
    return await work({
      db,
      run,
      recipe,
      recipeAt,
      history,
      directory,
      policy: servers,
      trainer,
      sources: runSources(templates, (source) =>
        failsTruncated ? failingTruncated(judges.of(source)) : judges.of(source),
      ),
      verifiers: judges.verifiers,
      teacher,
      objective: modules.objective,
      scaffold: modules.scaffold,
      curriculum: modules.curriculum,
      problemsByArm,
      draw: createProblemDraw(db, run, recipe, generators, promptsFit(servers, recipe, templates, signal), signal),
      mixture: mixtureOf(db, recipe, problemsByArm),
      leftOut,
      ...log,
      watch: watchRun(db, history, recipe),
      permits: createPermits(recipe.sampling.concurrency),
      atWork: new Map(),
      wake: () => undefined,
      work: new Map(),
      signal,
    });
  } finally {
    await Promise.allSettled([policy?.close(), teacher?.close(), trainer.close(), judges.close()]);
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
  { db, run, recipe }: RunParts,
  { curriculum }: Modules,
  leftOut: ReadonlySet<number>,
): Map<string, readonly number[]> {
  const kept = [...problemIdsByArm(db, run.practiceSetId, recipe.problems.arms)]
    .map(([arm, ids]) => [arm, ids.filter((id) => !leftOut.has(id))] as const)
    .filter(([, ids]) => ids.length > 0);
  curriculum.init(kept.map(([arm]) => arm));
  return new Map(kept);
}

/** The sources' shares of the groups, where the recipe says them: an arm is of the source that its problems are of. */
function mixtureOf(
  db: Database,
  recipe: Recipe,
  problemsByArm: ReadonlyMap<string, readonly number[]>,
): MixtureSource[] | undefined {
  const sources = sourcesOf(recipe);
  if (sources.every(({ weight }) => weight === undefined)) return undefined;
  const firsts = new Map([...problemsByArm].map(([arm, [first = 0]]) => [first, arm]));
  const armsOf = Map.groupBy(problemsOfIds(db, [...firsts.keys()]), ({ source }) => source);
  return sources.map(({ name, weight = 0 }) => ({
    weight,
    arms: (armsOf.get(name) ?? []).map(({ id }) => firsts.get(id) ?? ""),
  }));
}

async function openTeacherOf(
  { openTeacher }: RunPorts,
  recipe: Recipe,
  signal: AbortSignal,
): Promise<TeacherService | undefined> {
  if (recipe.teacher === undefined) return undefined;
  return openTeacher(recipe.teacher, { apiKey: apiKeyOf(recipe, "teacher"), signal });
}
