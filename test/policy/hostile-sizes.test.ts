import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InferenceSession } from "../../src/core/process/onnx-runtime.ts";
import { expect, onTestFinished, test } from "vitest";
import { HuggingFaceGraph } from "../../src/policy/onnx/hugging-face-graph.ts";
import { signatureOf } from "../../src/policy/onnx/hugging-face-signature.ts";
import type { HuggingFaceModel } from "../../src/policy/onnx/policy-model.ts";
import { readModel } from "../../src/policy/onnx/read-model.ts";
import { plannedVllm } from "../../src/policy/vllm/start-vllm.ts";
import { readPolicyModel } from "../../src/trainer/embedded/policy-model.ts";
import { policyLayout } from "../../src/trainer/policy-layout.ts";
import { PARROT } from "./parrot-fixture.ts";
import { TINY } from "./policy-fixture.ts";

type Config = Record<string, unknown>;

/** A copy of a model's folder. */
function copyOf(model: string): string {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-hostile-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(model, folder, { recursive: true });
  return folder;
}

/** A copy whose config.json is changed. */
function changed(model: string, change: Config): string {
  const folder = copyOf(model);
  const path = join(folder, "config.json");
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, "utf8")) as Config), ...change }));
  return folder;
}

const badCheckpoint = (message: RegExp): unknown =>
  expect.objectContaining({ code: "bad_checkpoint", message: expect.stringMatching(message) });

test.each<[string, Config, RegExp]>([
  ["a negative vocabulary", { vocab_size: -24 }, /config\.json .*vocab_size/],
  ["half a layer", { num_hidden_layers: 2.5 }, /num_hidden_layers/],
  ["a vocabulary that its embedding does not have", { vocab_size: 25 }, /vocab_size: token_embedding/],
  ["a vocabulary beyond memory", { vocab_size: 2 ** 31 }, /vocab_size/],
  ["a context that its embedding does not have", { max_position_embeddings: 4096 }, /max_position_embeddings/],
  ["a context beyond memory", { max_position_embeddings: 1e12 }, /max_position_embeddings/],
  ["more layers than it has parameters of", { num_hidden_layers: 900 }, /num_hidden_layers: 3 layers/],
  ["more heads than channels", { num_attention_heads: 128 }, /num_attention_heads: does not divide 64/],
  ["an EOS outside of the vocabulary", { eos_token_id: [1, 24] }, /eos_token_id/],
  ["parameters beyond memory", { parameters: [["w", [2 ** 31, 2 ** 31]]] }, /parameters/],
  [
    "a parameter listed twice",
    {
      parameters: [
        ["w", [1]],
        ["w", [1]],
      ],
    },
    /parameters: names a parameter twice/,
  ],
])("refuses a policy of rlvr's layout with %s", (_, change, message) => {
  expect(() => readModel(changed(TINY, change), {})).toThrow(badCheckpoint(message));
});

test.each<[string, Config, RegExp]>([
  ["a negative vocabulary", { vocab_size: -1 }, /vocab_size/],
  ["a vocabulary beyond memory", { vocab_size: 2 ** 31 }, /vocab_size/],
  ["a context beyond memory", { max_position_embeddings: 1e12 }, /max_position_embeddings/],
  ["an EOS outside of the vocabulary", { eos_token_id: -5 }, /eos_token_id -5 is outside/],
])("refuses a Hugging Face model with %s", (_, change, message) => {
  const folder = changed(PARROT, change);
  rmSync(join(folder, "generation_config.json"));
  expect(() => readModel(folder, {})).toThrow(badCheckpoint(message));
});

test("refuses a graph that is a pipe, or of another vocabulary than its config.json", async () => {
  const folder = changed(PARROT, { vocab_size: 1000 });
  const open = () => HuggingFaceGraph.open(readModel(folder, {}) as HuggingFaceModel, "cpu", 1);
  await expect(open()).rejects.toThrow(badCheckpoint(/does not run with the sizes of its config\.json/));
  const graph = (readModel(folder, {}) as HuggingFaceModel).graph;
  rmSync(graph);
  execFileSync("mkfifo", [graph]);
  await expect(open()).rejects.toThrow(badCheckpoint(/model\.onnx cannot be used: it is not a regular file/));
});

test("refuses a graph whose cache is beyond memory", () => {
  const tensor = (shape: readonly unknown[]) => ({ isTensor: true, type: "float32", shape });
  const session = {
    inputNames: ["input_ids", "attention_mask", "past_key_values.0.key", "past_key_values.0.value"],
    outputNames: ["logits", "present.0.key", "present.0.value"],
    inputMetadata: [0, 0, 0, 0].map(() => tensor(["b", 2 ** 30, "n", 2 ** 30])),
    outputMetadata: [0, 0, 0].map(() => tensor(["b", 1, 24])),
  } as unknown as InferenceSession;
  expect(() => signatureOf(session, "model.onnx")).toThrow(
    badCheckpoint(/its cache has 2 tensors of 1073741824 heads/),
  );
});

test("refuses weights that are a pipe, or much larger than the parameters", () => {
  const folder = copyOf(TINY);
  const weights = join(folder, "model.safetensors");
  rmSync(weights);
  execFileSync("mkfifo", [weights]);
  expect(() => readModel(folder, {})).toThrow(badCheckpoint(/model\.safetensors cannot be used: it is not a regular/));
  rmSync(weights);
  execFileSync("truncate", ["--size=1T", weights]);
  expect(() => readModel(folder, {})).toThrow(badCheckpoint(/model\.safetensors cannot be used: it has 1099/));
  expect(() => readPolicyModel(folder)).toThrow(badCheckpoint(/model\.safetensors cannot be used: it has 1099/));
});

test("refuses a config.json that is no JSON wherever a model is read", async () => {
  const folder = copyOf(TINY);
  writeFileSync(join(folder, "config.json"), '{"vocab_size": ');
  const message = /config\.json cannot be used: it is not JSON/;
  expect(() => readModel(folder, {})).toThrow(badCheckpoint(message));
  expect(() => readPolicyModel(folder)).toThrow(badCheckpoint(message));
  expect(() => policyLayout(folder)).toThrow(badCheckpoint(message));
  await expect(plannedVllm({ modelDirectory: folder })).rejects.toThrow(badCheckpoint(message));
});
