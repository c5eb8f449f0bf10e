/**
 * What a person does with a model of their own, on SmolLM2-135M-Instruct: a recipe from a template, two steps of vLLM and the
 * PyTorch trainer. What else can be done with a run's weights is tested here too, on the same run.
 */
import Database from "better-sqlite3";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRlvr, type Ended } from "../support/rlvr-process.ts";
import { MODEL } from "./parts.ts";

/** Little of everything: four groups of eight short texts a step, and eight held-out problems. */
const SMALL = ["sampling.groups=4", "sampling.group_size=8", "sampling.max_tokens=24", "evaluation.test_samples=1"];
const HELD_OUT = 8;

let folder: string;
let ended: Ended;
let db: Database.Database;

const rlvr = (args: readonly string[]): Promise<Ended> => startRlvr(args, { cwd: folder }).ended;
const rows = <Row>(sql: string): Row[] => db.prepare<[], Row>(sql).all();

/** A metric of each step of the run, in order. */
const metric = (name: string): number[] =>
  db
    .prepare<[string], number>("SELECT value FROM metrics WHERE run_id = 1 AND name = ? ORDER BY step")
    .pluck()
    .all(name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-smollm2-"));
  expect(await rlvr(["init", "mine", "--template", "instructions", "--model", MODEL])).toMatchObject({ code: 0 });
  const heldOut = join(folder, "mine/held-out.jsonl");
  writeFileSync(heldOut, readFileSync(heldOut, "utf8").split("\n").slice(0, HELD_OUT).join("\n"));
  const settings = SMALL.flatMap((setting) => ["--set", setting]);
  ended = await rlvr(["run", "mine/recipe.yaml", "--steps", "2", "--seed", "3", ...settings]);
  expect(ended.code, ended.stderr + ended.stdout.slice(-4000)).toBe(0);
  db = new Database(join(folder, ".rlvr/rlvr.db"), { readonly: true });
});

afterAll(() => {
  db?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("trains two batches, each with rollouts that were judged", () => {
  expect(rows("SELECT number, phase, policy_version FROM steps ORDER BY number")).toEqual([
    { number: 1, phase: "done", policy_version: 1 },
    { number: 2, phase: "done", policy_version: 2 },
  ]);
  const batches = rows<{ state: string; sequences: number; tokens: number }>(
    "SELECT state, sequences, tokens FROM batches",
  );
  expect(batches).toHaveLength(2);
  for (const { state, sequences, tokens } of batches) {
    expect(state).toBe("trained");
    expect(sequences).toBeGreaterThanOrEqual(8);
    expect(tokens).toBeGreaterThan(sequences);
  }
  expect(metric("tokens.sampled").every((tokens) => tokens > 100)).toBe(true);
});

test("learns: finite losses, gradients that move the weights, a reward between none and all", () => {
  for (const name of ["train.loss", "train.gradient_norm", "train.entropy"]) {
    expect(metric(name), name).toHaveLength(2);
    expect(metric(name).every(Number.isFinite), name).toBe(true);
  }
  expect(metric("train.gradient_norm").every((norm) => norm > 0)).toBe(true);
  for (const reward of metric("reward.mean")) {
    expect(reward).toBeGreaterThan(0);
    expect(reward).toBeLessThan(1);
  }
});

test("samples as the trainer computes: the two differ by the rounding of float32", () => {
  // The largest of 24 steps of docs/studies/instructions-smollm2.md is 8e-10.
  for (const mismatch of metric("train.mismatch_kl")) expect(Math.abs(mismatch)).toBeLessThan(1e-6);
});

test("syncs both versions: the server has the trainer's log-probabilities, and not those of the version before", () => {
  const [served, before] = [metric("sync.probe_mean_abs"), metric("sync.parent_mean_abs")];
  expect(served).toHaveLength(2);
  for (const [step, difference] of served.entries()) {
    expect(difference).toBeLessThan(1e-3);
    expect(before[step]).toBeGreaterThan(10 * difference);
  }
  const versions = rows<{ version: number }>("SELECT policy_version AS version FROM checkpoints ORDER BY 1");
  expect(versions.map(({ version }) => version)).toEqual([1, 2]);
});

test("evaluates the held-out problems before and after", () => {
  const evals = rows("SELECT step, sum(problems) AS problems FROM v_evals GROUP BY step ORDER BY step");
  expect(evals).toEqual([
    { step: 0, problems: HELD_OUT },
    { step: 2, problems: HELD_OUT },
  ]);
});

test("lists the checkpoints that it kept", async () => {
  const { code, stdout } = await rlvr(["checkpoints", "1", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ step: 1 }, { step: 2 }]);
});
