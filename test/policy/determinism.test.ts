import { expect, test } from "vitest";
import { stream } from "../../src/core/random.ts";
import type { CompletionRequest } from "../../src/policy/policy-client.ts";
import { request, servedTiny } from "./policy-fixture.ts";

/** Requests of every kind: ragged prompts, several n, lengths and sampling settings. */
function crowd(seed: number, size: number): CompletionRequest[] {
  const random = stream(seed);
  return Array.from({ length: size }, () =>
    request({
      promptIds: Array.from({ length: 1 + random.integer(24) }, () => 2 + random.integer(22)),
      n: 1 + random.integer(9),
      seed: random.integer(2 ** 40),
      temperature: random.integer(4) / 2,
      topP: random.integer(2) === 0 ? 1 : 0.9,
      topK: random.integer(2) * 5,
      maxTokens: 1 + random.integer(24),
    }),
  );
}

test("a completion is the same alone, in a crowd, on one worker or two, and in any order of arrival", async () => {
  const requests = crowd(3, 24);
  const one = await servedTiny(1);
  const alone = [];
  for (const each of requests) alone.push(await one.client.complete(each));
  expect(new Set(alone.flat().map(({ tokenIds }) => tokenIds.join())).size).toBeGreaterThan(20);

  for (const server of [one, await servedTiny(2)]) {
    for (const order of [1, 2, 3]) {
      const others = crowd(100 + order, 60).map((each) => ({ requested: each, index: -1 }));
      const all = stream(order).shuffle([...requests.map((requested, index) => ({ requested, index })), ...others]);
      const answers = await Promise.all(
        all.map(async ({ requested, index }) => ({ index, completions: await server.client.complete(requested) })),
      );
      const ours = answers.filter(({ index }) => index >= 0).sort((a, b) => a.index - b.index);
      expect(ours.map(({ completions }) => completions)).toEqual(alone);
    }
  }
});

test("choice i of a request is the one choice of a request with seed + i", async () => {
  const { client } = await servedTiny(1);
  const together = await client.complete(request({ n: 4, seed: 70 }));
  const apart = [];
  for (let choice = 0; choice < 4; choice++)
    apart.push(...(await client.complete(request({ n: 1, seed: 70 + choice }))));
  expect(apart).toEqual(together);
  expect(new Set(together.map(({ tokenIds }) => tokenIds.join())).size).toBeGreaterThan(1);
});

test("more completions than a batch holds are all drawn, each as it would be alone", async () => {
  const { client } = await servedTiny(1);
  const many = await client.complete(request({ n: 600, seed: 5 }));
  expect(many).toHaveLength(600);
  const [last] = await client.complete(request({ n: 1, seed: 5 + 599 }));
  expect(many.at(-1)).toEqual(last);
});
