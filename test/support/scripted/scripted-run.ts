import { dirname, join } from "node:path";
import type { Override } from "../../../src/config/load-document.ts";
import type { RunEvent } from "../../../src/run/events.ts";
import { createJudges } from "../../../src/run/scoring/source-judges.ts";
import { forkRun, type ForkOptions } from "../../../src/run/start/fork-run.ts";
import { readRecipe } from "../../../src/run/start/read-recipe.ts";
import type { RunPorts } from "../../../src/run/run-ports.ts";
import { startRun } from "../../../src/run/start/start-run.ts";
import { workOn } from "../../../src/run/work.ts";
import { openDatabase, type Database } from "../../../src/tracking/database.ts";
import { findRun, type RunRow } from "../../../src/tracking/runs.ts";
import { latestCheckpoint } from "../../../src/tracking/training.ts";
import { writeSmallRecipe } from "../small-recipe.ts";
import { inProcessPool } from "./in-process-pool.ts";
import { scriptedPolicy, type PolicyScript } from "./scripted-policy.ts";
import { scriptedTrainer, type TrainerScript } from "./scripted-trainer.ts";

/** A run whose policy, trainer and verifiers work in this process; everything between them is the real loop. */
export interface ScriptedRun {
  readonly db: Database;
  readonly databasePath: string;
  readonly run: () => RunRow;
  /** Every event, over all attempts. */
  readonly events: RunEvent[];
  /** Hash of the newest checkpoint: equal for equal batches in equal order. */
  readonly hash: () => string | null | undefined;
  /** Works on the run until it ends; called again, it resumes it. Rejects with what ended it. */
  readonly work: (script?: RunScript) => Promise<void>;
  /** Forks the run after a step, by default at its newest version. */
  readonly fork: (at?: number | "best", options?: Partial<ForkOptions>) => Promise<ScriptedRun>;
}

/** The differences from a run in which every port works. */
export interface RunScript {
  readonly policy?: Partial<PolicyScript>;
  readonly trainer?: TrainerScript;
  readonly ports?: Partial<RunPorts>;
  readonly signal?: AbortSignal;
  /** Options to change, as `rlvr resume --set` does. */
  readonly changes?: readonly Override[];
  /** Called with each event; what it throws ends the work at that event, as a crash would. */
  readonly listen?: (event: RunEvent) => void;
}

/**
 * Writes a run of the small recipe into a folder, to be worked on with scripted ports.
 * @param changes to that recipe.
 */
export async function scriptedRun(
  folder: string,
  changes: Readonly<Record<string, unknown>> = {},
  onNote?: (text: string) => void,
): Promise<ScriptedRun> {
  const databasePath = join(folder, "rlvr.db");
  const db = openDatabase(databasePath);
  const recipeFile = writeSmallRecipe(folder, changes);
  const { id } = await startRun(db, readRecipe(recipeFile), { onNote, recipeFile, createPool: inProcessPool });
  return scripted(db, databasePath, id);
}

function scripted(db: Database, databasePath: string, id: number): ScriptedRun {
  const events: RunEvent[] = [];
  const rows = db.$client.prepare("SELECT problem, answer FROM problems").raw().all() as [string, string][];
  const answer = learner(new Map(rows));
  const run = (): RunRow => findRun(db, id);
  return {
    db,
    databasePath,
    run,
    events,
    hash: () => latestCheckpoint(db, id)?.sha256,
    async fork(at, options = {}) {
      const usual = { overrides: [], folder: dirname(databasePath), isSuperseding: false };
      const forked = await forkRun(
        db,
        databasePath,
        { runId: id, at },
        { ...usual, ...options },
        { createPool: inProcessPool },
      );
      return scripted(db, databasePath, forked.id);
    },
    work: ({ policy, trainer, ports, signal = new AbortController().signal, changes: set = [], listen } = {}) =>
      workOn({
        db,
        databasePath,
        run: run(),
        signal,
        changes: set,
        listen(event) {
          events.push(event);
          listen?.(event);
        },
        ports: {
          createJudges: (sources, findKept) => createJudges(sources, findKept, inProcessPool()),
          servePolicy: (_, { weights }) => Promise.resolve(scriptedPolicy({ answer, ...policy }, weights)),
          createTrainer: scriptedTrainer(trainer),
          ...ports,
        },
      }),
  };
}

/**
 * A policy that has learnt to add, is learning to subtract, and needs a whole hint to multiply.
 * @param answers right answers by problem.
 */
function learner(answers: ReadonlyMap<string, string>): PolicyScript["answer"] {
  return ({ prompt, policyVersion, random }) => {
    const [hint, problem] = [prompt.slice(0, HINT_LENGTH), prompt.slice(HINT_LENGTH)];
    const chance = hint.startsWith("S") ? 1 : problem.includes("*") ? 0 : problem.includes("+") ? 0.8 : 0.3;
    return random < chance + 0.05 * policyVersion ? (answers.get(problem) ?? "?") : "?";
  };
}

/** Characters in front of a problem of the microcosm that hold its hint. */
const HINT_LENGTH = 6;
