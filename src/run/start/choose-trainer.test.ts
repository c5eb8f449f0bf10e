import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { recipeSchema, type Recipe } from "../../config/recipe-schema.ts";
import { packagePath } from "../../core/package-files.ts";
import { defaultEnvironmentFolder } from "../../core/python/environment-folder.ts";
import { requirementsHash } from "../../core/python/environment-kind.ts";
import type { TorchSettings } from "../../trainer/protocol/schemas.ts";
import { startLocalTrainer } from "../../trainer/drivers/local.ts";
import { TRAINER_ENVIRONMENT } from "../../trainer/trainer-environment.ts";
import { chooseTrainer, torchSettings } from "./choose-trainer.ts";

const TINY = packagePath("policies/tiny");

function recipe(policy: object, trainer: object, seed = 7): Recipe {
  return recipeSchema.parse({
    name: "test",
    seed,
    steps: 1,
    problems: { practice: "practice.jsonl", prompt: "prompt.md" },
    policy,
    sampling: { max_tokens: 8 },
    verifiers: [{ name: "exact" }],
    objective: { name: "grpo" },
    trainer: { learning_rate: 0.001, ...trainer },
  });
}

/** A folder with nothing but the config.json of a Hugging Face model. */
function model(): string {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-model-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "llama" }));
  return folder;
}

test("without trainer.torch the embedded trainer trains", () => {
  expect(chooseTrainer(recipe({ model: TINY }, {}))).toEqual({ torch: undefined, driver: startLocalTrainer });
});

test("the options of trainer.torch reach the trainer, with the run's seed", () => {
  const settings = (torch: object, policy = {}, seed = 7): TorchSettings => {
    const written = recipe({ model: TINY, ...policy }, { torch }, seed);
    return torchSettings(written.trainer.torch!, written);
  };
  const full = settings({ mode: "full", python: "python3", checkpoint_every: 4 });
  expect(full).toMatchObject({ mode: "full", lora: null, checkpoint_every: 4, seed: 7, trust_remote_code: false });
  const lora = settings({ lora: { rank: 8 } }, {}, 2 ** 40 + 5);
  expect(lora).toMatchObject({ mode: "lora", lora: { rank: 8, alpha: 32 }, seed: 5 });
  expect(settings({}, { trust_remote_code: true })).toMatchObject({ trust_remote_code: true });
});

test.each([
  ["a Hugging Face model with the embedded trainer", {}, undefined, "Set trainer.torch"],
  ["a Hugging Face model on rlvr's own server", {}, { python: "python3" }, "Set policy.vllm"],
])("%s is refused", (_, policy, torch, advice) => {
  expect(() => chooseTrainer(recipe({ model: model(), ...policy }, { torch }))).toThrow(
    expect.objectContaining({ code: "bad_recipe", advice: expect.stringContaining(advice) }),
  );
});

test.each([
  ["an adapter", {}, { mode: "lora", python: "python3" }, "mode to full"],
  ["vLLM", { vllm: {} }, { mode: "full", python: "python3" }, "Leave out policy.vllm"],
])("%s for a policy in rlvr's layout is refused", (_, policy, torch, advice) => {
  expect(() => chooseTrainer(recipe({ model: TINY, ...policy }, { torch }))).toThrow(
    expect.objectContaining({ code: "bad_recipe", advice: expect.stringContaining(advice) }),
  );
});

test("trainer.torch without an environment says how to make one", () => {
  vi.stubEnv("XDG_DATA_HOME", "/nowhere");
  onTestFinished(() => void vi.unstubAllEnvs());
  const missing = (advice: string) =>
    expect.objectContaining({ code: "missing_file", advice: expect.stringContaining(advice) });
  const start = (python?: string) => () =>
    chooseTrainer(recipe({ model: TINY }, { torch: { mode: "full", ...(python && { python }) } }));
  expect(start()).toThrow(missing("rlvr trainer setup"));
  expect(start("/nowhere/bin/python")).toThrow(missing("rlvr trainer setup"));
  expect(start("python3")).not.toThrow();
});

test("refuses an environment that another user could have put in its place", () => {
  const data = model();
  vi.stubEnv("XDG_DATA_HOME", data);
  onTestFinished(() => void vi.unstubAllEnvs());
  const environment = defaultEnvironmentFolder(TRAINER_ENVIRONMENT);
  mkdirSync(environment, { recursive: true });
  const record = {
    requirements: requirementsHash(TRAINER_ENVIRONMENT),
    wanted: "cpu",
    build: "cpu",
    versions: {},
    bytes: 1,
  };
  writeFileSync(join(environment, "rlvr-trainer.json"), JSON.stringify(record));
  const choose = () => chooseTrainer(recipe({ model: TINY }, { torch: { mode: "full" } }));
  expect(choose).not.toThrow();
  chmodSync(join(data, "rlvr"), 0o777);
  expect(choose).toThrow(expect.objectContaining({ code: "unsafe_path" }));
});
