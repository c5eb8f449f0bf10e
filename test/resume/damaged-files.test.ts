import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plainLine } from "../../src/cli/run-view/plain-line.ts";
import { packagePath } from "../../src/core/package-files.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { createJudges } from "../../src/run/scoring/source-judges.ts";
import { readRecipe } from "../../src/run/start/read-recipe.ts";
import { startRun } from "../../src/run/start/start-run.ts";
import { workOn } from "../../src/run/work.ts";
import { openDatabase, type Database } from "../../src/tracking/database.ts";
import { findRun } from "../../src/tracking/runs.ts";
import { latestCheckpoint } from "../../src/tracking/training.ts";
import { inProcessPool } from "../support/scripted/in-process-pool.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";
import { naturalDump } from "./natural-dump.ts";

const MINUTES = 60_000;
let folder: string;
let whole: { readonly hash: string; readonly dump: Record<string, unknown[]> };

/** Works on the run of a folder with real servers and trainers; ends as a crash would where `crashAt` says so. */
async function work(cwd: string, crashAt: (event: RunEvent) => boolean = () => false) {
  const databasePath = join(cwd, "rlvr.db");
  const db = openDatabase(databasePath);
  const events: RunEvent[] = [];
  const ended = await workOn({
    db,
    databasePath,
    run: findRun(db, 1),
    signal: new AbortController().signal,
    listen(event) {
      events.push(event);
      if (crashAt(event)) throw new Error("crashed");
    },
    ports: { createJudges: (sources, findKept) => createJudges(sources, findKept, inProcessPool()) },
  }).catch((error: unknown) => error);
  const hash = String(latestCheckpoint(db, 1)?.sha256);
  const told = events.flatMap((event) => plainLine(event, 3) ?? []);
  db.$client.close();
  return { ended, hash, events, told, dump: naturalDump(databasePath) };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-damaged-"));
  const crashed = join(folder, "crashed");
  const recipe = readRecipe(writeSmallRecipe(crashed));
  const db: Database = openDatabase(join(crashed, "rlvr.db"));
  await startRun(db, recipe);
  db.$client.close();
  // In the middle of the third step, with two versions trained.
  const { ended } = await work(
    crashed,
    ({ type, ...event }) => type === "group_finished" && "step" in event && event.step === 3,
  );
  expect(ended).toMatchObject({ message: "crashed" });
  cpSync(crashed, join(folder, "whole"), { recursive: true });
  const { hash, dump, ended: end } = await work(join(folder, "whole"));
  expect(end).toBeUndefined();
  whole = { hash, dump };
}, 2 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The newest version's directory of a kind, in a copy of the crashed run. */
const newest = (cwd: string, kind: "checkpoints" | "exports", version = 2): string =>
  join(cwd, "rlvr-runs/1/trainer/epoch-1", kind, `00000${version}`);

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
  // The export's weights are a second name for the checkpoint's.
  rmSync(path);
  writeFileSync(path, bytes);
}

function tear(path: string): void {
  const bytes = readFileSync(path);
  rmSync(path);
  writeFileSync(path, bytes);
  truncateSync(path, bytes.length - 100);
}

function rewrite(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

/** A way to damage the files, and the lines that report it. */
const DAMAGES: readonly (readonly [string, (cwd: string) => void, readonly RegExp[]])[] = [
  [
    "the newest checkpoint torn",
    (cwd) => tear(join(newest(cwd, "checkpoints"), "optimizer.safetensors")),
    [
      /^the checkpoint of policy version 2 in .* is not usable \(optimizer.safetensors is not what its manifest says\): the batches since version 1 are trained again$/,
    ],
  ],
  [
    "the newest checkpoint gone",
    (cwd) => rmSync(newest(cwd, "checkpoints"), { recursive: true }),
    [/^the checkpoint of policy version 2 in .* is not usable \(it is gone\): the batches since version 1/],
  ],
  [
    "a bit of every checkpoint flipped",
    (cwd) => {
      flipBit(join(newest(cwd, "checkpoints"), "model.safetensors"));
      flipBit(join(newest(cwd, "checkpoints", 1), "manifest.json"));
    },
    [
      /^the checkpoint of policy version 2 in .* \(model.safetensors is not .*\), nor is an older one: the batches since the base/,
    ],
  ],
  [
    "another optimiser step and another version in the manifests of the checkpoints",
    (cwd) => {
      rewrite(join(newest(cwd, "checkpoints"), "manifest.json"), '"optimizer_step": 4', '"optimizer_step": 5');
      rewrite(join(newest(cwd, "checkpoints", 1), "manifest.json"), '"policy_version": 1', '"policy_version": 2');
    },
    [
      /^the checkpoint of policy version 2 in .* \(its manifest is not that .*\), nor is an older one: the batches since the base/,
    ],
  ],
  [
    "a bit of the newest export flipped",
    (cwd) => flipBit(join(newest(cwd, "exports"), "model.safetensors")),
    [
      /^the weights of policy version 2 in .* are not usable \(model.safetensors is not .*\): the trainer writes them again$/,
    ],
  ],
  [
    "the newest export without its manifest, and the newest checkpoint torn",
    (cwd) => {
      rmSync(join(newest(cwd, "exports"), "manifest.json"));
      tear(join(newest(cwd, "checkpoints"), "manifest.json"));
    },
    [
      /^the weights of policy version 2 in .* are not usable \(it has no manifest.json\)/,
      /^the checkpoint of policy version 2 in .* is not usable \(manifest.json is not what trainer protocol 1 says/,
    ],
  ],
  [
    "every file of the run gone",
    (cwd) => rmSync(join(cwd, "rlvr-runs"), { recursive: true }),
    [
      /^the weights of policy version 2 in .* are not usable \(it is gone\)/,
      /^the checkpoint of policy version 2 in .* is not usable \(it is gone\), nor is an older one: the batches since the base/,
    ],
  ],
];

test.each(DAMAGES)(
  "goes on with %s to the end of the undisturbed run",
  async (name, damage, told) => {
    const cwd = join(folder, name);
    cpSync(join(folder, "crashed"), cwd, { recursive: true });
    damage(cwd);
    const resumed = await work(cwd);
    expect(resumed.ended).toBeUndefined();
    for (const line of told) expect(resumed.told).toContainEqual(expect.stringMatching(line));
    expect(resumed.hash).toBe(whole.hash);
    expect(resumed.dump).toEqual(whole.dump);
  },
  MINUTES,
);

test.each([
  ["torn", tear],
  ["with a bit flipped", flipBit],
  ["gone", rmSync],
] as const)("makes a batch that was not trained yet and whose file is %s again from its rows", async (name, damage) => {
  const undisturbed = await scriptedRun(join(folder, `batch-${name}-undisturbed`));
  await undisturbed.work();
  const run = await scriptedRun(join(folder, `batch-${name}`));
  const crash = (directory: string): void => {
    if (!directory.endsWith("000002")) return;
    damage(join(directory, "batch.safetensors"));
    throw new Error("crashed");
  };
  await expect(run.work({ trainer: crash })).rejects.toThrow("crashed");
  await run.work();
  expect(run.hash()).toBe(undisturbed.hash());
});

test(
  "goes on with a run of an older version of which only the database is left",
  async () => {
    const cwd = mkdtempSync(join(folder, "fixture-"));
    const path = join(cwd, "rlvr.db");
    writeFileSync(path, gunzipSync(readFileSync(packagePath("test/tracking/fixtures/mid-run-0004.db.gz"))));
    const db = openDatabase(path);
    const root = JSON.stringify(packagePath("")).slice(1, -1).replace(/\/$/, "");
    db.$client.prepare(`UPDATE runs SET recipe = replace(recipe, '"/rlvr/', ?)`).run(`"${root}/`);
    const batches = (): unknown[] => db.$client.prepare("SELECT id, sha256 FROM batches WHERE id <= 2").raw().all();
    const before = batches();
    const resumed = await work(cwd);
    expect(resumed.ended).toBeUndefined();
    expect(resumed.told).toContainEqual(
      expect.stringMatching(/^the checkpoint of policy version 2 .* nor is an older one: the batches since the base/),
    );
    expect(resumed.events.at(-1)).toMatchObject({ type: "run_ended", state: "succeeded", step: 4 });
    expect(before).toHaveLength(2);
    expect(batches()).toEqual(before);
    expect(readdirSync(join(cwd, "rlvr-runs/1/trainer")).filter((entry) => entry.startsWith("epoch-"))).toHaveLength(1);
    db.$client.close();
  },
  MINUTES,
);
