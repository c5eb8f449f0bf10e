import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import type { Recipe } from "../../config/recipe-schema.ts";
import { sourcesOf } from "../../config/recipe-sources.ts";
import { descendantMemory } from "../../core/process/descendant-memory.ts";
import { nearestFolder } from "../../core/files/nearest-folder.ts";
import type { ServedWeights } from "../../policy/weight-sync.ts";
import { openDatabase } from "../../tracking/database.ts";
import { problemsOfSet } from "../../tracking/problem-sets.ts";
import { makeRunFolder } from "../../tracking/run-folder.ts";
import { createEventLog } from "../event-log.ts";
import type { RunContext } from "../run-context.ts";
import { RUN_PORTS, type RunPorts } from "../run-ports.ts";
import { startRun, type KnownParts } from "../start/start-run.ts";
import { withRunContext } from "../with-run-context.ts";
import { diskUse, planned, samplingSeconds, trainingBytes, type DiskUse } from "./estimates.ts";
import { diskFindings, memoryFindings, rehearsalFindings, type CheckFinding } from "./findings.ts";
import { rehearse, type TriedProblem } from "./rehearse.ts";
import { trainedSize, type TrainedSize } from "./trained-size.ts";

/** What was found before a run. */
export interface RunCheck {
  readonly name: string;
  /** Steps that the run would do. */
  readonly steps: number;
  readonly problems: readonly CheckedSet[];
  /** How many problems are left out since their prompts are too long. */
  readonly leftOut: number;
  readonly verifiers: readonly {
    /** The source whose problems it judges; null without sources. */
    readonly source: string | null;
    readonly label: string;
    readonly version: string;
  }[];
  /** Most tokens of prompt and completion together. */
  readonly maxModelLength: number;
  readonly maxTokens: number;
  readonly tried: readonly TriedProblem[];
  /** Undefined where the model's config.json does not tell enough. */
  readonly size: TrainedSize | undefined;
  readonly memory: {
    /** Bytes that the policy server, the trainer and the verifiers had in use, before any training; undefined: not known. */
    readonly ready: number | undefined;
    /** Bytes that gradients and AdamW's moments add. */
    readonly training: number | undefined;
    /** Bytes of this machine. */
    readonly machine: number;
  };
  readonly disk: { readonly use: DiskUse | undefined; readonly free: number; readonly folder: string };
  /** Estimated seconds of sampling, and what they were measured by. */
  readonly sampling: {
    readonly step: number;
    readonly run: number;
    readonly measuredSeconds: number;
    readonly measuredRollouts: number;
    readonly measuredTokens: number;
  };
  readonly findings: readonly CheckFinding[];
}

/** What the check of a fork needs of its parent. */
export interface CheckedFork {
  /** The parent's step that it goes on from. */
  readonly step: number;
  readonly weights: ServedWeights;
  readonly known: KnownParts;
}

/** A problem set of a recipe, or what a source gives of it. */
export interface CheckedSet {
  readonly set: "practice" | "development" | "test";
  /** Null where the recipe has no sources. */
  readonly source: string | null;
  readonly path: string;
  readonly problems: number;
  readonly arms: number;
  /** Problems with hints. */
  readonly hinted: number;
}

/**
 * Begins a run of a recipe in a scratch folder, tries a few problems, and ends before anything is trained: every check of
 * a run's start, its policy server, its trainer and its verifiers, for real. The folder is deleted; the database that the
 * run would be written to is not touched.
 * @param options.databasePath where the run would be written: its disk is looked at.
 * @param options.fork of a run that would be a fork: problems are tried by the weights that it begins with.
 * @param options.onStage told what is being done.
 * @throws RlvrError of anything that would keep the run from starting.
 */
export async function checkRun(options: {
  readonly recipe: Recipe;
  readonly databasePath: string;
  readonly onNote: (text: string) => void;
  readonly onStage: (text: string) => void;
  readonly signal: AbortSignal;
  readonly fork?: CheckedFork;
  readonly ports?: Partial<RunPorts>;
}): Promise<RunCheck> {
  const { onNote, onStage, signal, fork } = options;
  const ports = fork === undefined ? options.ports : servingFork(fork, options.ports);
  const scratch = mkdtempSync(join(tmpdir(), "rlvr-check-"));
  const path = join(scratch, "check.db");
  const db = openDatabase(path);
  try {
    onStage("reading problems, templates and verifiers");
    const run = await startRun(db, options.recipe, { onNote, known: fork?.known });
    const recipe = run.recipe as Recipe;
    const directory = makeRunFolder(path, run.id);
    const log = createEventLog(db, run.id, () => undefined);
    onStage("starting the policy server and the trainer, as the run would");
    return await withRunContext({ db, run, recipe, directory, log, signal, ports }, async (context) => {
      onStage("sampling and judging a few problems");
      return reportOf(context, options.databasePath, fork?.step ?? 0);
    });
  } finally {
    db.$client.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Ports whose policy servers begin with a fork's weights: the scratch run itself has none but the base's. */
function servingFork({ weights }: CheckedFork, ports: Partial<RunPorts> = {}): Partial<RunPorts> {
  const { servePolicy } = { ...RUN_PORTS, ...ports };
  return { ...ports, servePolicy: (recipe, options) => servePolicy(recipe, { ...options, weights }) };
}

async function reportOf(context: RunContext, databasePath: string, stepsBefore: number): Promise<RunCheck> {
  const recipe = { ...context.recipe, steps: context.recipe.steps - stepsBefore };
  const { verifiers, policy, leftOut } = context;
  const rehearsal = await rehearse(context);
  const ready = descendantMemory();
  const rollouts = rehearsal.problems.flatMap((problem) => problem.rollouts);
  const measured = {
    rollouts: rollouts.length,
    tokens: rollouts.reduce((sum, { tokens }) => sum + tokens, 0),
    seconds: rehearsal.seconds,
  };
  const sets = checkedSets(context);
  const sizeOf = (name: CheckedSet["set"]): number =>
    sets.filter(({ set }) => set === name).reduce((sum, { problems }) => sum + problems, 0);
  const plan = planned(recipe, { development: sizeOf("development"), test: sizeOf("test") });
  const size = trainedSize(recipe);
  const use = size && diskUse(recipe, size, measured, plan);
  const folder = nearestFolder(databasePath);
  const space = statfsSync(folder);
  const free = space.bavail * space.bsize;
  const training = size && trainingBytes(size);
  const machine = totalmem();
  return {
    name: recipe.name,
    steps: recipe.steps,
    problems: sets,
    leftOut: leftOut.size,
    verifiers: verifiers.map(({ source, label, version }) => ({ source, label, version })),
    maxModelLength: policy.maxModelLength,
    maxTokens: recipe.sampling.max_tokens,
    tried: rehearsal.problems,
    size,
    memory: { ready, training, machine },
    disk: { use, free, folder },
    sampling: {
      ...samplingSeconds(measured, plan),
      measuredSeconds: measured.seconds,
      measuredRollouts: measured.rollouts,
      measuredTokens: measured.tokens,
    },
    findings: [
      ...rehearsalFindings(rehearsal),
      ...(use === undefined ? [] : diskFindings(use.total, free, folder)),
      ...(ready === undefined || training === undefined || recipe.trainer.torch?.device === "cuda"
        ? []
        : memoryFindings(ready + training, machine)),
    ],
  };
}

function checkedSets({ db, run, recipe }: RunContext): CheckedSet[] {
  const ids = { practice: run.practiceSetId, development: run.developmentSetId, test: run.testSetId };
  const names = ["practice", "development", "test"] as const;
  return names.flatMap((set) => {
    const id = ids[set];
    const bySource = Map.groupBy(id === null ? [] : problemsOfSet(db, id), ({ source }) => source);
    return sourcesOf(recipe).flatMap(({ name, [set]: path = "" }): CheckedSet[] => {
      const rows = bySource.get(name);
      if (rows === undefined) return [];
      const hinted = rows.filter(({ hints }) => hints !== null).length;
      const arms = new Set(rows.map(({ arm }) => arm)).size;
      return [{ set, source: name, path, problems: rows.length, arms, hinted }];
    });
  });
}
