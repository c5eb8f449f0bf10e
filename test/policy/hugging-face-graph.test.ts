import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeSafetensors } from "../../src/core/safetensors.ts";
import { readHuggingFaceModel } from "../../src/policy/onnx/hugging-face-files.ts";
import { HuggingFaceGraph } from "../../src/policy/onnx/hugging-face-graph.ts";
import { KvCache, type PromptState } from "../../src/policy/onnx/kv-cache.ts";
import { GOLDEN, PARROT } from "./parrot-fixture.ts";

const LOGITS = decodeSafetensors(readFileSync(join(PARROT, "golden.safetensors")), "golden");

/** The largest difference of a row of logits from the golden ones after `at` forced tokens of a case. */
function error(logits: Float32Array, row: number, index: number, at: number): number {
  const { data, shape } = LOGITS.tensors.get(`logits.${index}`) as { data: Float32Array; shape: readonly number[] };
  const size = shape[1] as number;
  let largest = 0;
  for (let id = 0; id < size; id++) {
    const difference = Math.abs((logits[row * size + id] as number) - (data[at * size + id] as number));
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
  }
  return largest;
}

/** Feeds cases' forced tokens side by side and gives the largest difference of any logit from PyTorch's. */
async function largestError(variant: string | undefined, indexes: readonly number[]): Promise<number> {
  const graph = await HuggingFaceGraph.open(readHuggingFaceModel(PARROT, variant), "cpu", 1);
  const cases = indexes.map((index) => GOLDEN.cases[index] as (typeof GOLDEN.cases)[number]);
  const cache = new KvCache(graph.cacheShape);
  const rows = cases.length;
  let largest = 0;
  const prompts = await graph.prefill(cases.map(({ prompt }) => prompt));
  cache.fit(Math.max(...prompts.map(({ length }) => length)), 0, rows);
  for (const [row, prompt] of prompts.entries()) {
    largest = Math.max(largest, error(prompt.logits, 0, indexes[row] as number, 0));
    cache.writePrompt(row, prompt);
  }
  const ids = new Int32Array(rows);
  const slots = Int32Array.from(prompts, ({ length }) => length);
  for (let at = 0; at < 12; at++) {
    for (const [row, { forced }] of cases.entries()) ids[row] = forced[at] as number;
    cache.fit(Math.max(...slots) + 1, rows, rows);
    const { logits, added } = await graph.decode(cache, rows, ids, slots);
    cache.append(added, slots, rows);
    for (const [row, index] of indexes.entries()) largest = Math.max(largest, error(logits, row, index, at + 1));
    for (let row = 0; row < rows; row++) slots[row] = (slots[row] as number) + 1;
  }
  return largest;
}

test.each([
  ["with positions", undefined, 1e-4],
  ["without positions", "bare", 1e-4],
  ["with grouped-query attention as one operator", "grouped", 1e-4],
  ["in float16, cache included", "fp16", 0.05],
])("logits of a graph %s are PyTorch's, for prompts of different lengths in one batch", async (_, variant, most) => {
  expect(await largestError(variant, [0, 1, 2, 3, 4])).toBeLessThan(most);
  expect(await largestError(variant, [3])).toBeLessThan(most);
});

test.each([undefined, "bare", "grouped", "fp16"])(
  "a prompt that is computed in parts gives what token by token gives: %s",
  async (variant) => {
    const graph = await HuggingFaceGraph.open(readHuggingFaceModel(PARROT, variant), "cpu", 1);
    const prompt = Array.from({ length: 150 }, (_, index) => 5 + ((index * 37) % 300));
    const [whole, begun] = await graph.prefill([prompt, prompt.slice(0, 1)]);
    const cache = new KvCache(graph.cacheShape);
    cache.fit(prompt.length, 0, 1);
    cache.writePrompt(0, begun as PromptState);
    let last = new Float32Array(0);
    for (const [slot, id] of prompt.entries()) {
      if (slot === 0) continue;
      const slots = Int32Array.of(slot);
      const { logits, added } = await graph.decode(cache, 1, Int32Array.of(id), slots);
      cache.append(added, slots, 1);
      last = logits.slice();
    }
    const difference = last.map((value, id) => Math.abs(value - (whole?.logits[id] as number)));
    expect(Math.max(...difference)).toBeLessThan(variant === "fp16" ? 0.05 : 1e-4);
  },
);
