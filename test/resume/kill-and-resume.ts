import { cpSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import Database from "better-sqlite3";
import { packagePath } from "../../src/core/package-files.ts";
import { childrenOf, processesIn, startRlvr } from "../support/rlvr-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";
import { naturalDump, type DumpScope } from "./natural-dump.ts";

/** An instant of the orchestrator that the hook can end it at, and what the database holds there. */
export interface Instant {
  readonly instant: string;
  readonly holds?: {
    readonly step: number;
    readonly phase: string;
    readonly states: string;
    readonly batch: string | null;
    /** Rounds of replaced groups. */
    readonly round: number;
    /** 1 when a hint is written down that nothing was sampled with yet, or whose rollouts have no verdict yet. */
    readonly hint_chosen: number;
    readonly hint_sampled: number;
  };
}

/** Which process to kill, and when: at an instant of the hook, or some time after an event of the orchestrator. */
export type Kill =
  | { readonly target: "orchestrator"; readonly when: string; readonly at: string }
  | {
      readonly target: "policy" | "trainer";
      readonly when: string;
      /** Fields that the event has. */
      readonly event: Readonly<Record<string, unknown>>;
      readonly delayMs: number;
    };

/** What an uninterrupted run left. */
export interface Reference {
  readonly dump: Record<string, unknown[]>;
  readonly sha256: string;
  readonly files: readonly string[];
  readonly instants: readonly Instant[];
}

/** What a killed and resumed run left. */
export interface KillResult {
  readonly sha256: string;
  /** How it differs from the uninterrupted run; empty when it does not. */
  readonly faults: readonly string[];
}

/** What is killed and resumed. */
export interface Scenario {
  /** Lays out a folder. Returns the command to kill there. */
  readonly prepare: (cwd: string) => readonly string[];
  /** Which rows it must leave; undefined: all. */
  readonly scope?: DumpScope;
  /** Whether the database holds what `resume` goes on with; else the command is given again. */
  readonly isBegun: (db: Database.Database) => boolean;
}

/** A run of the small recipe. */
const RUN: Scenario = {
  prepare: (cwd) => ["run", writeSmallRecipe(cwd), "--json"],
  isBegun: () => true,
};

/** A longer run of it that samples ahead. */
export function pipelined(depth: number): Scenario {
  return {
    prepare: (cwd) => ["run", writeSmallRecipe(cwd, { steps: 5, pipeline: { depth } }), "--json"],
    isBegun: () => true,
  };
}

/**
 * A fork of the small recipe's run after its first step, which must do what that run went on to do.
 * @param parent a folder in which {@link runParent} ran it.
 */
export function forkOf(parent: string): Scenario {
  return {
    prepare(cwd) {
      cpSync(parent, cwd, { recursive: true });
      return ["run", "--from", "1:1", "--json"];
    },
    scope: { run: 2, after: 1 },
    isBegun: (db) => db.prepare("SELECT count(*) FROM runs WHERE parent_run = 1").pluck().get() === 1,
  };
}

/** Runs the small recipe to its end in a folder, and keeps each of its versions. */
export async function runParent(cwd: string): Promise<Record<string, unknown[]>> {
  const recipe = writeSmallRecipe(cwd, { checkpoints: { keep_every: 1 } });
  const { code, stderr } = await startRlvr(["run", recipe, "--json"], { cwd }).ended;
  if (code !== 0) throw new Error(`the parent failed:\n${stderr}`);
  return naturalDump(databaseIn(cwd), { run: 1, after: 1 });
}

const HOOK = packagePath("test/resume/kill-hook.ts");
const CHILD_MODULES = { policy: "src/policy/onnx/http/serve-process", trainer: "src/trainer/embedded/main" } as const;

/** Runs a scenario, the small recipe by default, without a kill and notes every instant at which it could be killed. */
export async function runUninterrupted(folder: string, scenario = RUN): Promise<Reference> {
  const cwd = join(folder, "uninterrupted");
  const command = scenario.prepare(cwd);
  const log = join(folder, "instants.jsonl");
  const ended = await startRlvr(command, { cwd, preload: HOOK, env: { KILL_LOG: log } }).ended;
  if (ended.code !== 0) throw new Error(`the uninterrupted run failed:\n${ended.stderr}`);
  const lines = readFileSync(log, "utf8").trim().split("\n");
  return {
    dump: naturalDump(databaseIn(cwd), scenario.scope),
    sha256: finalCheckpoint(cwd),
    files: filesIn(cwd),
    instants: lines.map((line) => JSON.parse(line) as Instant),
  };
}

/**
 * Ten instants or more: the first in every phase of a step, every state of a group and of a search for hints, after
 * groups were replaced, and the one between the rename of a batch and the commit that tells of it.
 */
export function chooseInstants(instants: readonly Instant[]): { readonly at: string; readonly when: string }[] {
  const chosen = new Map<string, { at: string; when: string }>();
  let last: Instant["holds"];
  for (const { instant, holds } of instants) {
    if (instant.startsWith("rename:")) {
      // The batch's directory is the rename that happens while a batch is planned.
      if (last?.batch === "planned" && !chosen.has("rename"))
        chosen.set("rename", { at: instant, when: "between the rename of a batch and its commit" });
      continue;
    }
    last = holds ?? last;
    if (holds === undefined || holds.step !== 2) continue;
    const states = holds.states.split(",");
    const more = [
      holds.hint_chosen === 1 ? "a hint chosen" : "",
      holds.hint_sampled === 1 ? "a hint sampled" : "",
      holds.round > 0 ? "groups replaced" : "",
    ].filter((key) => key !== "");
    for (const key of [`phase ${holds.phase}`, ...states.map((state) => `a group ${state}`), ...more])
      if (!chosen.has(key)) chosen.set(key, { at: instant, when: key });
  }
  return [...chosen.values()];
}

/** So many instants, evenly over a run: from its first step almost to its end, which comes a little earlier in some runs. */
export function spreadInstants(
  instants: readonly Instant[],
  count: number,
): { readonly at: string; readonly when: string }[] {
  const first = instants.findIndex(({ holds }) => holds?.step === 1);
  const last = Math.floor(0.97 * instants.length);
  const places = Array.from({ length: count }, (_, index) => first + Math.floor((index * (last - first)) / count));
  return places.map((place) => {
    const { instant = "" } = instants[place] ?? {};
    return { at: instant, when: instant };
  });
}

/** Runs a scenario in a folder of its own, kills as told, resumes until it is done, and compares. */
export async function killAndResume(
  cwd: string,
  kill: Kill,
  reference: Reference,
  scenario = RUN,
): Promise<KillResult> {
  mkdirSync(cwd, { recursive: true });
  const command = scenario.prepare(cwd);
  const faults: string[] = [];
  if (kill.target === "orchestrator") {
    const run = await startRlvr(command, { cwd, preload: HOOK, env: { KILL_AT: kill.at } }).ended;
    if (run.signal !== "SIGKILL") faults.push(`it was not killed (exit code ${run.code}) ${run.stderr}`);
    await gone(cwd, faults);
    const again = isBegun(cwd, scenario) ? ["resume", "--json"] : command;
    const resumed = await startRlvr(again, { cwd }).ended;
    if (resumed.code !== 0) faults.push(`${again.join(" ")} ended with ${resumed.code}: ${resumed.stderr}`);
  } else {
    const code = await runKillingChild(cwd, command, kill);
    if (code !== 0) {
      const resumed = await startRlvr(["resume", "--json"], { cwd }).ended;
      if (resumed.code !== 0) faults.push(`resume ended with ${resumed.code}: ${resumed.stderr}`);
    }
    if (!killIsTold(cwd, kill.target)) faults.push("no event or job row tells of the kill");
  }
  await gone(cwd, faults);
  faults.push(...differences(cwd, reference, scenario.scope));
  return { sha256: finalCheckpoint(cwd), faults };
}

async function runKillingChild(
  cwd: string,
  args: readonly string[],
  kill: Extract<Kill, { delayMs: number }>,
): Promise<number | null> {
  let done = false;
  const killChild = (): void => {
    const child = childrenOf(run.child.pid ?? 0).find(({ command }) => command.includes(CHILD_MODULES[kill.target]));
    if (child !== undefined) process.kill(child.pid, "SIGKILL");
  };
  const run = startRlvr(args, {
    cwd,
    onLine: (line) => {
      const event = JSON.parse(line) as Record<string, unknown>;
      if (done || !Object.entries(kill.event).every(([field, value]) => event[field] === value)) return;
      done = true;
      setTimeout(killChild, kill.delayMs);
    },
  });
  return (await run.ended).code;
}

function killIsTold(cwd: string, target: "policy" | "trainer"): boolean {
  const db = new Database(databaseIn(cwd), { readonly: true });
  const query =
    target === "policy"
      ? "SELECT count(*) FROM events WHERE type = 'policy_restarted'"
      : "SELECT count(*) FROM trainer_jobs WHERE state = 'lost'";
  const told = db.prepare(query).pluck().get() as number;
  db.close();
  return told > 0;
}

function isBegun(cwd: string, scenario: Scenario): boolean {
  const db = new Database(databaseIn(cwd), { readonly: true });
  try {
    return scenario.isBegun(db);
  } finally {
    db.close();
  }
}

function differences(cwd: string, reference: Reference, scope: DumpScope | undefined): string[] {
  const dump = naturalDump(databaseIn(cwd), scope);
  const faults = Object.keys(reference.dump).filter((table) => !isDeepStrictEqual(dump[table], reference.dump[table]));
  const known = new Set(reference.files);
  const stray = filesIn(cwd).filter((file) => !known.has(file));
  return [...faults.map((table) => `${table} differ`), ...stray.map((file) => `stray file ${file}`)];
}

/** Waits a little until no process of a run's folder is left. */
async function gone(cwd: string, faults: string[]): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (processesIn(cwd).length > 0 && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  faults.push(...processesIn(cwd).map(({ pid, command }) => `process ${pid} is left: ${command}`));
}

/** Kinds of files of a run: paths without numbers, which tell of the kills (epochs, requests, versions kept). */
function filesIn(cwd: string): string[] {
  return readdirSync(join(cwd, ".rlvr"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath.slice(cwd.length), entry.name).replaceAll(/epoch-\d+|\d{6}/g, "N"))
    .sort();
}

function finalCheckpoint(cwd: string): string {
  const db = new Database(databaseIn(cwd), { readonly: true });
  const sha256 = db
    .prepare("SELECT sha256 FROM checkpoints ORDER BY run_id DESC, policy_version DESC LIMIT 1")
    .pluck()
    .get();
  db.close();
  return String(sha256 ?? "none");
}

function databaseIn(cwd: string): string {
  return join(cwd, ".rlvr/rlvr.db");
}
