import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { recipeSchema } from "../../src/config/recipe-schema.ts";
import { decodeSafetensors, tensorOf } from "../../src/core/safetensors.ts";
import { configureObjective } from "../../src/objectives/registry.ts";
import { credit } from "../../src/run/learner/credit.ts";
import type { RunContext } from "../../src/run/run-context.ts";
import { teachGroup } from "../../src/run/dispatcher/teach.ts";
import { train } from "../../src/run/learner/train.ts";
import { openDatabase, type Database } from "../../src/tracking/database.ts";
import { finishScaffolding } from "../../src/tracking/hints.ts";
import { problemsOfSet, storeProblemSet } from "../../src/tracking/problem-sets.ts";
import { storeRollouts, unjudgedResponses } from "../../src/tracking/rollouts.ts";
import { createRun, findRun } from "../../src/tracking/runs.ts";
import { beginStep, groupsOfStep, latestStep, type StepRow } from "../../src/tracking/steps.ts";
import { storeVerdicts } from "../../src/tracking/verdicts.ts";

const STUDENT = [-0.1, -2, -0.5];
const TEACHER = [-0.2, -0.5, -3.5];

/** A step with one group of rollouts with these rewards, each of three tokens, in state `teaching`. */
function stepWith(db: Database, recipe: ReturnType<typeof recipeOf>, rewards: readonly (number | null)[]): StepRow {
  const setId = storeProblemSet(db, {
    path: "p.jsonl",
    sha256: "p",
    parts: [{ source: null, problems: [{ problem: "1+1", answer: "2", arm: "a" }] }],
  });
  const [problem] = problemsOfSet(db, setId);
  const runId = createRun(db, {
    name: "taught",
    seed: 1,
    recipe,
    promptTemplate: "",
    practiceSetId: setId,
    developmentSetId: null,
    testSetId: null,
    version: "0",
  });
  const choice = { problemId: problem?.id ?? 0, arm: "a", propensity: 1 };
  const step = beginStep(
    db,
    { runId, number: 1, chosenAfter: 0, policyVersion: 0 },
    [choice],
    [],
    {
      curriculum: "uniform",
      state: {},
    },
    0,
  );
  const groupId = groupsOfStep(db, step.id)[0]?.id ?? 0;
  const completions = rewards.map((_, seed) => ({
    seed,
    policyVersion: 0,
    tokenIds: [3, 4, 1],
    logprobs: STUDENT,
    text: "2",
    finishReason: "stop" as const,
  }));
  const prompt = { text: "1+1", messages: [{ role: "user", content: "1+1" }], tokenIds: [5, 6] } as const;
  const under = { prompt, hintId: null, firstNumber: 0 };
  storeRollouts(db, groupId, under, completions, "verifying");
  const judged = unjudgedResponses(db, groupId).map(({ rolloutId }, index) => {
    const reward = rewards[index] ?? null;
    return {
      rolloutId,
      verdicts: [],
      outcome: { reward, passed: reward === null ? null : reward > 0, extracted: null },
    };
  });
  storeVerdicts(db, groupId, judged, "scaffolding");
  finishScaffolding(db, groupId, { state: "teaching", outcome: "none" }, []);
  return step;
}

const recipeOf = (objective: object) =>
  recipeSchema.parse({
    name: "taught",
    steps: 1,
    problems: { practice: "p.jsonl", prompt: "p.md" },
    policy: { model: "policy" },
    teacher: { url: "http://127.0.0.1:1" },
    sampling: { groups: 1, max_tokens: 3 },
    verifiers: [{ name: "exact" }],
    objective,
    trainer: { learning_rate: 1 },
  });

/** Teaches, credits and writes the batch of a step; gives what the teacher was asked and the batch's tensors. */
async function taughtBatch(objective: { name: string } & Record<string, unknown>, rewards: readonly (number | null)[]) {
  const directory = mkdtempSync(join(tmpdir(), "rlvr-taught-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const db = openDatabase(join(directory, "rlvr.db"));
  onTestFinished(() => void db.$client.close());
  const recipe = recipeOf(objective);
  const step = stepWith(db, recipe, rewards);
  const asked: (readonly number[])[] = [];
  const { name, ...options } = objective;
  let batchDirectory = "";
  const context = {
    db,
    run: findRun(db),
    recipe,
    directory,
    objective: configureObjective(name, options),
    policy: { suspend: () => Promise.resolve() },
    teacher: {
      async score(sequence: { promptIds: readonly number[]; completionIds: readonly number[] }) {
        asked.push([...sequence.promptIds, ...sequence.completionIds]);
        return TEACHER;
      },
    },
    trainer: {
      train(request: { batchDirectory: string }) {
        ({ batchDirectory } = request);
        return Promise.reject(new Error("written"));
      },
    },
    signal: new AbortController().signal,
  } as unknown as RunContext;
  for (const group of groupsOfStep(db, step.id)) await teachGroup(context, group);
  await credit(context, step);
  const write = async (): Promise<Uint8Array> => {
    const training = train(context, latestStep(db, step.runId) as StepRow);
    await expect(training).rejects.toThrow("written");
    return readFileSync(join(batchDirectory, "batch.safetensors"));
  };
  const bytes = await write();
  rmSync(batchDirectory, { recursive: true });
  expect(await write()).toEqual(bytes);
  const file = decodeSafetensors(bytes, "batch");
  const completions = (tensor: string): number[][] =>
    asked.map((_, index) => Array.from(tensorOf(file, tensor, "F32").data.subarray(5 * index + 2, 5 * index + 5)));
  return { asked, advantages: completions("advantages"), weights: completions("weights") };
}

const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 6));

test("a batch credits each token by how much more the teacher likes it, and is written again to the byte", async () => {
  const { asked, advantages, weights } = await taughtBatch({ name: "distillation" }, [1, 0]);
  expect(asked).toEqual([
    [5, 6, 3, 4, 1],
    [5, 6, 3, 4, 1],
  ]);
  expect(advantages).toEqual([close([-0.1, 1.5, -3]), close([-0.1, 1.5, -3])]);
  expect(weights).toEqual([close([1 / 6, 1 / 6, 1 / 6]), close([1 / 6, 1 / 6, 1 / 6])]);
});

test("the teacher's credit is added to that of the rewards; a rollout without a verdict is neither asked about nor trained", async () => {
  const objective = { name: "grpo", teacher_coef: 2, scale: "none" };
  const { asked, advantages } = await taughtBatch(objective, [1, null, 0]);
  expect(asked).toHaveLength(2);
  expect(advantages).toEqual([close([0.3, 3.5, -5.5]), close([-0.7, 2.5, -6.5])]);
});
