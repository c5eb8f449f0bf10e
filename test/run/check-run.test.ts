import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ServedWeights } from "../../src/policy/weight-sync.ts";
import { checkRun, type CheckedFork, type RunCheck } from "../../src/run/check/check-run.ts";
import { createJudges } from "../../src/run/scoring/source-judges.ts";
import { readRecipe } from "../../src/run/start/read-recipe.ts";
import { inProcessPool } from "../support/scripted/in-process-pool.ts";
import { scriptedPolicy, type PolicyScript } from "../support/scripted/scripted-policy.ts";
import { scriptedTrainer } from "../support/scripted/scripted-trainer.ts";
import { halfRight as mixtureAnswer, writeMixture } from "../support/mixture.ts";
import { checkText } from "../../src/cli/run-check/check-text.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-checked-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function check(
  script: PolicyScript,
  changes: Readonly<Record<string, unknown>> = {},
  fork?: CheckedFork,
  onWeights: (weights: ServedWeights) => void = () => undefined,
): Promise<RunCheck> {
  return checkRun({
    recipe: readRecipe(writeSmallRecipe(folder, changes)),
    ...(fork && { fork }),
    databasePath: join(folder, "new", "rlvr.db"),
    onNote: () => undefined,
    onStage: () => undefined,
    signal: new AbortController().signal,
    ports: {
      createJudges: (sources, findKept) => createJudges(sources, findKept, inProcessPool()),
      servePolicy: (_, { weights }) => {
        onWeights(weights);
        return Promise.resolve(scriptedPolicy(script, weights));
      },
      createTrainer: scriptedTrainer(),
    },
  });
}

const halfRight: PolicyScript = { answer: ({ random }) => (random < 0.5 ? "?" : "??") };

describe("the check before a run", () => {
  test("tries a problem of each of three arms, and leaves nothing behind", async () => {
    const scratches = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("rlvr-check-"));
    const before = scratches();
    const found = await check(halfRight);
    expect(found.tried.map(({ arm }) => arm)).toEqual(["add", "sub", "mul-rev"]);
    for (const { prompt, promptTokens, rollouts } of found.tried) {
      expect(prompt).toHaveLength(promptTokens);
      expect(rollouts).toHaveLength(4);
      expect(rollouts.every(({ reward, passed }) => reward === 0 && passed === false)).toBe(true);
    }
    expect(found.tried[0]?.hinted).toMatch(/^S/);
    expect(found.problems.map(({ set, problems, arms, hinted }) => [set, problems, arms, hinted])).toEqual([
      ["practice", 60, 3, 60],
      ["development", 9, 3, 9],
      ["test", 9, 3, 9],
    ]);
    expect(existsSync(join(folder, "new"))).toBe(false);
    expect(scratches()).toEqual(before);
  });

  test("serves a fork's weights, and reckons with the steps that are left to it", async () => {
    const weights = { policyVersion: 7, directory: join(folder, "version-7") };
    const fork = { step: 2, weights, known: { prompts: new Map(), sets: {} } };
    const served: ServedWeights[] = [];
    const found = await check(halfRight, { steps: 10 }, fork, (given) => served.push(given));
    expect(served).toEqual([weights]);
    expect(found.steps).toBe(8);
  });

  test("tries problems of each source of a mixture, and lists what each gives", async () => {
    const found = await check({ answer: mixtureAnswer }, writeMixture(folder));
    expect(found.tried.map(({ arm, prompt }) => `${arm}: ${prompt}`)).toEqual([
      "maths/add: Count: 1 + 2",
      "facts: Q: Capital of France?",
      'orders: Q: Say "red".',
    ]);
    expect(found.problems.map(({ set, source, problems, arms }) => [set, source, problems, arms])).toEqual([
      ["practice", "maths", 12, 2],
      ["practice", "facts", 5, 1],
      ["practice", "orders", 3, 1],
      ["development", "maths", 12, 2],
      ["development", "facts", 5, 1],
      ["test", "facts", 5, 1],
      ["test", "orders", 3, 1],
    ]);
    expect(checkText(found, "rlvr run recipe.yaml")).toMatch(/^practice +facts +5 +1 +0 +\S+capitals\.jsonl$/m);
  });

  test("warns that equal rewards teach nothing, and of cut completions", async () => {
    const { findings } = await check({ answer: () => "0123456789" });
    expect(findings.map(({ level, text }) => [level, text])).toEqual([
      ["warning", "100% of the rollouts were cut at sampling.max_tokens"],
      ["warning", "all 12 rollouts got the same reward, 0: such groups teach nothing"],
    ]);
  });

  test("counts what the run will sample, and the disk that its versions take", async () => {
    const found = await check(halfRight, { checkpoints: { keep_every: 1, keep_best: 2 } });
    const { use } = found.disk;
    expect(found.size).toEqual({ parameters: found.size?.trained, trained: expect.any(Number) });
    expect(use).toMatchObject({ versions: 3, checkpoint: 12 * (found.size?.trained ?? 0) });
    const { step, run, measuredSeconds, measuredRollouts } = found.sampling;
    const each = measuredSeconds / measuredRollouts;
    expect(step).toBeCloseTo(24 * each);
    // 3 steps, development three times with 2 completions each, test twice.
    expect(run).toBeCloseTo((3 * 24 + 3 * 9 * 2 + 2 * 9 * 2) * each);
  });

  test("refuses what keeps the run from starting", async () => {
    await expect(check({ ...halfRight, maxModelLength: 20 })).rejects.toMatchObject({
      code: "bad_problems",
      message: expect.stringContaining("do not fit"),
    });
  });
});
