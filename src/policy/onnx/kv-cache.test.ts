import { expect, test } from "vitest";
import { KvCache, type PromptState } from "./kv-cache.ts";
import type { CacheShape } from "./policy-graph.ts";

const SHAPE: CacheShape = { tensors: 4, heads: 2, headSize: 2, type: "float32" };

/** The value that a prompt of a name has in a tensor, head, slot and channel. */
const value = (name: number, tensor: number, head: number, slot: number, channel: number): number =>
  name * 10_000 + tensor * 1000 + head * 500 + slot * 2 + channel;

function prompt(name: number, length: number): PromptState {
  const tensors = Array.from({ length: SHAPE.tensors }, (_, tensor) =>
    Float32Array.from({ length: SHAPE.heads * length * SHAPE.headSize }, (_value, at) =>
      value(name, tensor, Math.floor(at / (2 * length)), Math.floor(at / 2) % length, at % 2),
    ),
  );
  return { length, logits: new Float32Array(3), tensors };
}

function expectRow(cache: KvCache, row: number, name: number, length: number): void {
  for (const [tensor, data] of cache.tensors.entries()) {
    for (let head = 0; head < 2; head++) {
      for (let slot = 0; slot < length; slot++) {
        const at = row * cache.rowSize + (head * cache.width + slot) * 2;
        expect([...data.subarray(at, at + 2)]).toEqual(
          [0, 1].map((channel) => value(name, tensor, head, slot, channel)),
        );
      }
    }
  }
}

test("rows keep their content when they are widened, moved and appended to", () => {
  const cache = new KvCache(SHAPE);
  cache.fit(16, 0, 3);
  for (const [row, length] of [5, 9, 16].entries()) cache.writePrompt(row, prompt(row + 1, length));
  cache.fit(17, 3, 4);
  expect(cache.width).toBe(32);
  for (const [row, length] of [5, 9, 16].entries()) expectRow(cache, row, row + 1, length);
  // Append slot 5 to row 0, 9 to row 1 and 16 to row 2, in the step graph's layout [rows, heads, 1, channels].
  const slots = Int32Array.of(5, 9, 16);
  const added = cache.tensors.map((_, tensor) =>
    Float32Array.from(
      [0, 1, 2].flatMap((row) =>
        [0, 1].flatMap((head) => [0, 1].map((channel) => value(row + 1, tensor, head, slots[row] as number, channel))),
      ),
    ),
  );
  cache.append(added, slots, 3);
  for (const [row, length] of [6, 10, 17].entries()) expectRow(cache, row, row + 1, length);
  cache.move(2, 0, 17);
  expectRow(cache, 0, 3, 17);
  expectRow(cache, 1, 2, 10);
});

test("it narrows only while it is empty", () => {
  const cache = new KvCache(SHAPE);
  cache.fit(33, 0, 2);
  expect(cache.width).toBe(48);
  cache.fit(3, 1, 2);
  expect(cache.width).toBe(48);
  cache.fit(3, 0, 2);
  expect(cache.width).toBe(16);
});
