/**
 * Sampling ahead on SmolLM2-135M-Instruct with a real vLLM and the PyTorch trainer: four steps with a lag, and four whose
 * completions go on under new weights, each killed once while a batch is trained, and resumed.
 */
import Database from "better-sqlite3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRlvr, type RlvrProcess } from "../support/rlvr-process.ts";
import { MODEL } from "./parts.ts";

const STEPS = 4;
const SMALL = [
  "sampling.groups=2",
  "sampling.group_size=8",
  "sampling.max_tokens=24",
  "evaluation.every=100",
  "evaluation.limit=4",
  "evaluation.samples=1",
  "evaluation.test_samples=1",
  "pipeline.depth=1",
];

describe.each([
  { how: "a lag of one batch", settings: [] },
  { how: "completions that go on under new weights", settings: ["pipeline.partial=true", "pipeline.oversample=2"] },
])("with $how", ({ settings }) => {
  let folder: string;
  let db: Database.Database;
  let running: RlvrProcess | undefined;
  const value = <T>(query: string): T => db.prepare(query).pluck().get() as T;
  const column = (query: string): unknown[] => db.prepare(query).pluck().all();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rlvr-ahead-"));
    running = startRlvr(["init", "mine", "--template", "instructions", "--model", MODEL], { cwd: folder });
    expect(await running.ended).toMatchObject({ code: 0 });
    const set = [...SMALL, ...settings].flatMap((setting) => ["--set", setting]);
    const killed = startRlvr(["run", "mine/recipe.yaml", "--steps", `${STEPS}`, "--seed", "3", ...set, "--json"], {
      cwd: folder,
      onLine(line) {
        const event = JSON.parse(line) as { type: string; phase?: string; step?: number };
        if (event.type === "phase_started" && event.phase === "train" && (event.step ?? 0) > 1)
          killed.child.kill("SIGKILL");
      },
    });
    running = killed;
    expect((await killed.ended).signal).toBe("SIGKILL");
    running = startRlvr(["resume", "--json"], { cwd: folder });
    const resumed = await running.ended;
    expect(resumed.code, resumed.stderr + resumed.stdout.slice(-4000)).toBe(0);
    db = new Database(join(folder, ".rlvr/rlvr.db"), { readonly: true });
  });

  afterAll(() => {
    db?.close();
    running?.child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  test("ends with every step trained and every rollout in a batch or with a reason why not", () => {
    expect(column("SELECT phase FROM steps ORDER BY number")).toEqual(new Array(STEPS).fill("done"));
    // A step whose groups all passed, or all failed, has none.
    const batches = column("SELECT state FROM batches ORDER BY id");
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.every((state) => state === "trained")).toBe(true);
    expect(value("SELECT count(*) FROM rollouts WHERE id NOT IN (SELECT rollout_id FROM credits)")).toBe(0);
  });

  test("trains rollouts that are as old as it says", () => {
    const stalest = column("SELECT value FROM metrics WHERE name = 'staleness.max' ORDER BY step") as number[];
    expect(Math.max(...stalest)).toBeGreaterThan(0);
    expect(Math.max(...stalest)).toBeLessThanOrEqual(4);
  });

  test("the trainer finds the sampler's log-probabilities near its own, as old as they are", () => {
    const mismatch = column("SELECT value FROM metrics WHERE name = 'train.mismatch_kl' ORDER BY step") as number[];
    expect(mismatch.length).toBeGreaterThan(1);
    for (const kl of mismatch) expect(Math.abs(kl)).toBeLessThan(0.05);
  });

  test("the spans of a rollout add up to it", () => {
    const unequal = value(
      `SELECT count(*) FROM rollouts r JOIN (SELECT group_id, number, sum(tokens) AS tokens FROM rollout_spans GROUP BY 1, 2) s
       ON s.group_id = r.group_id AND s.number = r.number WHERE s.tokens <> r.tokens`,
    );
    expect(unequal).toBe(0);
  });
});
