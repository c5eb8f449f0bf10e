import { rmSync } from "node:fs";
import { join } from "node:path";
import { carriesCurriculum } from "../../config/changes/fork-options.ts";
import type { OptionChange } from "../../config/changes/recipe-differences.ts";
import type { Override } from "../../config/load-document.ts";
import type { Recipe } from "../../config/recipe-schema.ts";
import { RlvrError } from "../../core/errors.ts";
import { linkDirectory } from "../../core/files/files.ts";
import type { RunVersion } from "../../core/run-version.ts";
import { sourcesOf } from "../../config/recipe-sources.ts";
import { promptsOfRun, type SourcePrompts } from "../../problems/template/source-prompts.ts";
import { curriculumStateAfter } from "../../tracking/curriculum-states.ts";
import type { Connection, Database } from "../../tracking/database.ts";
import { isRemoved, storeTakenOver } from "../../tracking/forks.ts";
import { storedProblemSet } from "../../tracking/problem-sets.ts";
import { recipeChangesOf } from "../../tracking/recipe-changes.ts";
import { checkedRunFolder, makeRunFolder } from "../../tracking/run-folder.ts";
import { runStateNow } from "../../tracking/run-state.ts";
import { findRun, type RunRow } from "../../tracking/runs.ts";
import { epochDirectory, epochPaths, sixDigits } from "../../trainer/protocol/paths.ts";
import { setupOf } from "../history.ts";
import { TRAINER_FOLDER } from "../run-context.ts";
import { forkPoint, type ForkPoint } from "./fork-point.ts";
import { forkRecipe } from "./fork-recipe.ts";
import type { KnownSets, RunSet, SetPart } from "./load-recipe-sets.ts";
import { startRun, type ForkStart, type KnownParts, type RunOrigin } from "./start-run.ts";

/** How a run is forked. */
export interface ForkOptions {
  /** Options to set over the parent's recipe. */
  readonly overrides: readonly Override[];
  /** Where relative paths among them start. */
  readonly folder: string;
  /** Whether going on with the parent is given up for the fork. */
  readonly isSuperseding: boolean;
}

/** A fork as it would be written. */
interface PlannedFork {
  readonly parent: RunRow;
  /** The parent's own folder. */
  readonly directory: string;
  readonly point: ForkPoint;
  readonly recipe: Recipe;
  readonly changes: readonly OptionChange[];
  readonly known: KnownParts;
}

/**
 * Finds what a fork would begin with. Writes nothing.
 * @throws RlvrError like {@link forkRun}.
 */
export function planFork(
  db: Database,
  databasePath: string,
  from: RunVersion,
  { overrides, folder, isSuperseding }: ForkOptions,
): PlannedFork {
  const parent = findRun(db, from.runId);
  const directory = checkedRunFolder(databasePath, parent.id);
  const point = forkPoint(db, directory, parent, from.at);
  const { recipe, changes } = forkRecipe(parent, recipeChangesOf(db, parent.id), point.step, overrides, folder);
  requireStepsLeft(recipe, point.step);
  if (isSuperseding && runStateNow(db, parent) === "running") throw atWork(parent);
  const prompts = knownPrompts(parent, setupOf(parent).recipe, recipe, overrides);
  return {
    parent,
    directory,
    point,
    recipe,
    changes,
    known: { prompts, sets: knownSets(db, parent, recipe, overrides) },
  };
}

/**
 * Writes a new run that goes on from a version of another: its first step is the one after that version's. It has the
 * parent's recipe as it stood there, with options set over it, its seed, curriculum state and problem sets, and its own
 * place for the version's files; rows of earlier steps stay the parent's, and are read there.
 * @throws RlvrError of bad input, with exit code 2; `missing_file` without a whole checkpoint.
 */
export async function forkRun(
  db: Database,
  databasePath: string,
  from: RunVersion,
  options: ForkOptions,
  told: Pick<RunOrigin, "onNote" | "command" | "createPool"> = {},
): Promise<RunRow> {
  const { parent, directory, point, recipe, changes, known } = planFork(db, databasePath, from, options);
  const fork: ForkStart = {
    ...known,
    parentRun: parent.id,
    parentStep: point.step,
    takeOver(tx, run) {
      // It may have been removed meanwhile.
      findRun(tx, parent.id);
      const isCarried = carriesCurriculum(setupOf(parent), setupOf(run));
      storeTakenOver(tx, run, {
        version: takeVersion(tx, directory, databasePath, run.id, point),
        curriculum: isCarried ? curriculumStateAfter(tx, parent.id, point.step) : undefined,
        changes: changes.map((change) => ({ ...change, step: point.step + 1, by: "person", evidence: null })),
        isSuperseding: options.isSuperseding,
      });
    },
  };
  return startRun(db, recipe, { ...told, fork });
}

/** The parent's prompts of the sources whose prompt the options do not name anew. */
function knownPrompts(parent: RunRow, before: Recipe, recipe: Recipe, overrides: readonly Override[]): SourcePrompts {
  const prompts = promptsOfRun(parent.promptTemplate, sourcesOf(before));
  const isNamedAnew = (place: number): boolean =>
    isSet(overrides, ["prompt"]) || isSourceSet(overrides, place, ["name", "prompt"]);
  const kept = sourcesOf(recipe).filter(({ name }, place) => prompts.has(name) && !isNamedAnew(place));
  return new Map([...prompts].filter(([source]) => kept.some(({ name }) => name === source)));
}

/** The problem sets of the parent that the options do not name anew. */
function knownSets(
  db: Database,
  { practiceSetId, developmentSetId, testSetId }: RunRow,
  recipe: Recipe,
  overrides: readonly Override[],
): KnownSets {
  const sources = sourcesOf(recipe);
  const known = (set: keyof KnownSets, id: number | null, file: string = set): RunSet | undefined => {
    const isNamedAnew =
      isSet(overrides, [set]) ||
      isSet(overrides, ["fields"]) ||
      sources.some((_, place) => isSourceSet(overrides, place, ["name", file, "fields", "arm", "generate"]));
    if (id === null || isNamedAnew) return undefined;
    const stored = storedProblemSet(db, id);
    const pathOf = (source: string | null): string => sources.find(({ name }) => name === source)?.[set] ?? stored.path;
    return { ...stored, parts: stored.parts.map((part) => ({ ...part, path: pathOf(part.source) })) as SetPart[] };
  };
  return {
    practice: known("practice", practiceSetId, "file"),
    development: known("development", developmentSetId),
    test: known("test", testSetId),
  };
}

/** Whether options of a source are set, or the whole source is. */
function isSourceSet(overrides: readonly Override[], place: number, options: readonly string[]): boolean {
  return options.some((option) => isSet(overrides, ["sources", String(place), option]));
}

/** Whether an option of `problems` is set, or one that it stands in or that stands in it. */
function isSet(overrides: readonly Override[], option: readonly string[]): boolean {
  const whole = ["problems", ...option];
  return overrides.some(({ path }) => path.every((part, at) => at >= whole.length || part === whole[at]));
}

/**
 * Gives a fork its own place for the files of the version that it begins with, as those of an epoch before the first. They
 * are on the disk before the row that refers to them is committed; after that the parent may delete its own.
 */
function takeVersion(
  tx: Connection,
  parentFolder: string,
  databasePath: string,
  runId: number,
  { checkpoint }: ForkPoint,
) {
  if (checkpoint === undefined) return undefined;
  // Its files go only after its row says so, and no other process writes rows until this one is done.
  if (isRemoved(tx, checkpoint.id)) {
    throw new RlvrError("missing_file", `version ${checkpoint.policyVersion} was deleted a moment ago`, {
      advice: `Fork at another: rlvr checkpoints ${checkpoint.runId}`,
    });
  }
  const runFolder = makeRunFolder(databasePath, runId);
  // A kill may have left files there, of a run that was never committed.
  rmSync(join(runFolder, TRAINER_FOLDER), { recursive: true, force: true });
  const { checkpoints, exports } = epochPaths(epochDirectory(TRAINER_FOLDER, 0));
  const name = sixDigits(checkpoint.policyVersion);
  const place = { directory: join(checkpoints, name), exportDirectory: join(exports, name) };
  linkDirectory(join(parentFolder, checkpoint.directory), join(runFolder, place.directory));
  linkDirectory(join(parentFolder, checkpoint.exportDirectory), join(runFolder, place.exportDirectory));
  const { policyVersion, parentVersion, batchId, jobId, sha256 } = checkpoint;
  return { policyVersion, parentVersion, batchId, jobId, sha256, ...place };
}

function requireStepsLeft(recipe: Recipe, step: number): void {
  if (step < recipe.steps) return;
  throw new RlvrError("bad_usage", `a run of ${recipe.steps} steps has nothing left to do after step ${step}`, {
    advice: `Add steps: --steps ${2 * Math.max(step, 1)}; or fork it after an earlier one.`,
  });
}

function atWork({ id }: RunRow): RlvrError {
  return new RlvrError("run_locked", `another process is working on run ${id}`, {
    advice: "Stop it first (Ctrl-C), or leave out --supersede: it then goes on beside its fork.",
  });
}
