import { expect, test } from "vitest";
import type { PromptState } from "./kv-cache.ts";
import { PromptCache } from "./prompt-cache.ts";

const state = (size: number): PromptState => ({
  length: 1,
  logits: new Float32Array(1),
  tensors: [new Float32Array(size - 1)],
});

test("the least recently used prompts make room", () => {
  const cache = new PromptCache(30);
  for (const key of ["a", "b", "c"]) cache.set(key, state(10));
  cache.get("a");
  cache.set("d", state(10));
  expect(["a", "b", "c", "d"].filter((key) => cache.get(key) !== undefined)).toEqual(["a", "c", "d"]);
  cache.clear();
  expect(cache.get("a")).toBeUndefined();
  cache.set("e", state(30));
  expect(cache.get("e")).toBeDefined();
});
