/**
 * What a person does with a model of their own, on SmolLM2-135M-Instruct: a recipe from a template, two steps of vLLM and the
 * PyTorch trainer. What else can be done with a run's weights is tested here too, on the same run.
 */
import { execFile } from "node:child_process";
import Database from "better-sqlite3";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRlvr, type Ended, type RlvrProcess } from "../support/rlvr-process.ts";
import { MODEL, TRAINER_PYTHON } from "./parts.ts";

/** Little of everything: two groups of eight texts of a line a step, of kinds that about a third of the texts pass. */
const SMALL = ["sampling.groups=2", "sampling.group_size=8", "sampling.max_tokens=16", "evaluation.test_samples=1"];
const ARMS = /"arm":"(?:no-comma|forbidden)"/;
const HELD_OUT = 4;

let folder: string;
let db: Database.Database;
let running: RlvrProcess | undefined;

function rlvr(args: readonly string[]): Promise<Ended> {
  running = startRlvr(args, { cwd: folder });
  return running.ended;
}

/** Leaves the first problems of {@link ARMS} in a file of the recipe. */
function cutProblems(name: string, most: number): void {
  const path = join(folder, "mine", name);
  const lines = readFileSync(path, "utf8").split("\n");
  writeFileSync(
    path,
    `${lines
      .filter((line) => ARMS.test(line))
      .slice(0, most)
      .join("\n")}\n`,
  );
}

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
  cutProblems("problems.jsonl", 100);
  cutProblems("development.jsonl", 2);
  cutProblems("held-out.jsonl", HELD_OUT);
  const settings = SMALL.flatMap((setting) => ["--set", setting]);
  const ended = await rlvr(["run", "mine/recipe.yaml", "--steps", "2", "--seed", "3", ...settings]);
  expect(ended.code, ended.stderr + ended.stdout.slice(-4000)).toBe(0);
  db = new Database(join(folder, ".rlvr/rlvr.db"), { readonly: true });
});

afterAll(() => {
  db?.close();
  // Where a test gave up on it; its vLLM and its trainer end with it.
  running?.child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

test("trains two batches, each with rollouts that were judged", () => {
  expect(rows("SELECT number, phase, policy_version FROM steps ORDER BY number")).toEqual([
    { number: 1, phase: "done", policy_version: 0 },
    { number: 2, phase: "done", policy_version: 1 },
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
  expect(metric("tokens.sampled").every((tokens) => tokens > 64)).toBe(true);
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
  const evals = rows(
    "SELECT step, sum(problems) AS problems FROM v_evals WHERE suite = 'test' GROUP BY step ORDER BY step",
  );
  expect(evals).toEqual([
    { step: 0, problems: HELD_OUT },
    { step: 2, problems: HELD_OUT },
  ]);
});

test("lists the version that it kept whole, the last", async () => {
  const { code, stdout } = await rlvr(["checkpoints", "1", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ name: "1:2", step: 2, policyVersion: 2 }]);
});

test("exports an adapter and its merge, which have the same logits, and say what vLLM serves of the run", async () => {
  const [question, tokens] = ["Write one sentence about a dog.", "24"];
  for (const how of [[], ["--merge"]]) {
    const out = how.length === 0 ? "adapter" : "merged";
    expect(await rlvr(["export", "1", "--format", "model", "--out", out, ...how])).toMatchObject({ code: 0 });
  }
  const script = fileURLToPath(new URL("fixtures/compare_merged.py", import.meta.url));
  const args = [script, MODEL, join(folder, "adapter"), join(folder, "merged"), tokens, question];
  const compared = await promisify(execFile)(TRAINER_PYTHON, args, { env: { ...process.env, HF_HUB_OFFLINE: "1" } });
  const { float32, float64, effect, texts } = JSON.parse(compared.stdout) as Record<string, number> & {
    readonly texts: readonly string[];
  };
  console.log("merged and adapted logits", { float32, float64, effect });
  expect(float64).toBeLessThan(1e-4);
  // What rounding along two ways of 30 layers makes of equal weights.
  expect(float32).toBeLessThan(1e-3);
  expect(effect).toBeGreaterThan(0.01);
  const chat = await rlvr(["chat", "1", "--against", "base", "--json", "--max-tokens", tokens, question]);
  expect(JSON.parse(chat.stdout)).toMatchObject({
    answers: [
      { name: "run 1, step 2 (version 2)", text: texts[0] },
      { name: "run 1, step 0 (version 0)", text: expect.stringMatching(/\w/) },
    ],
  });
});
