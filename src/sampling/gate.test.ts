import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createGate } from "./gate.ts";

/** Sends work of these weights through a gate and notes what was inside together, at each entry. */
async function together(most: { running: number; weight: number }, weights: readonly number[]): Promise<number[][]> {
  const gate = createGate(most);
  const inside: number[] = [];
  const seen: number[][] = [];
  await Promise.all(
    weights.map((weight) =>
      gate(weight, async () => {
        inside.push(weight);
        seen.push([...inside]);
        await sleep(1);
        inside.splice(inside.indexOf(weight), 1);
      }),
    ),
  );
  return seen;
}

test("no more runs at once than allowed, by number and by weight, and all runs", async () => {
  const weights = Array.from({ length: 60 }, (_, index) => 1 + ((index * 7) % 10));
  const seen = await together({ running: 4, weight: 20 }, weights);
  expect(seen).toHaveLength(60);
  expect(Math.max(...seen.map((inside) => inside.length))).toBe(4);
  for (const inside of seen) expect(inside.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(20);
});

test("what is too heavy passes alone, in its turn", async () => {
  const seen = await together({ running: 4, weight: 10 }, [3, 50, 4]);
  expect(seen).toEqual([[3], [50], [4]]);
});

test("work that fails makes room like any other", async () => {
  const gate = createGate({ running: 1, weight: 1 });
  await expect(gate(1, () => Promise.reject(new Error("first")))).rejects.toThrow("first");
  expect(await gate(1, () => Promise.resolve(2))).toBe(2);
});
