import fc from "fast-check";
import { expect, test } from "vitest";
import { uniformAt } from "../../core/random.ts";
import { Sampler, type SamplingSettings } from "./sampler.ts";

const settings = (changes: Partial<SamplingSettings> = {}): SamplingSettings => ({
  temperature: 1,
  topP: 1,
  topK: 0,
  ...changes,
});

/** Log-probabilities of every token that can be drawn, by drawing over a fine grid of uniform numbers. */
function support(logits: Float32Array, chosen: SamplingSettings, grid = 4000): Map<number, number> {
  const sampler = new Sampler(logits.length);
  const found = new Map<number, number>();
  for (let index = 0; index < grid; index++) {
    const token = sampler.draw(logits, 0, chosen, index / grid);
    found.set(token, sampler.logprob);
  }
  return found;
}

const LOGITS = Float32Array.from([Math.log(0.4), Math.log(0.3), Math.log(0.2), Math.log(0.1)]);

test.each([
  ["as they are", settings(), [0.4, 0.3, 0.2, 0.1]],
  ["at temperature 1/2", settings({ temperature: 0.5 }), [0.16, 0.09, 0.04, 0.01].map((p) => p / 0.3)],
  ["with top-k 2", settings({ topK: 2 }), [4 / 7, 3 / 7]],
  ["with top-k beyond the vocabulary", settings({ topK: 9 }), [0.4, 0.3, 0.2, 0.1]],
  ["with top-p 0.6", settings({ topP: 0.6 }), [4 / 7, 3 / 7]],
  ["with a tiny top-p", settings({ topP: 0.01 }), [1]],
  ["with top-k 3, then top-p 0.7 of what is left", settings({ topK: 3, topP: 0.7 }), [4 / 7, 3 / 7]],
  ["with top-p after temperature", settings({ temperature: 0.5, topP: 0.53 }), [1]],
])("probabilities %s are those of the closed form", (_, chosen, expected) => {
  const found = support(LOGITS, chosen);
  expect([...found.keys()].sort()).toEqual(expected.map((_p, token) => token));
  for (const [token, logprob] of found) expect(Math.exp(logprob)).toBeCloseTo(expected[token] as number, 6);
});

test("tokens are drawn as often as their probabilities say", () => {
  const sampler = new Sampler(4);
  const counts = [0, 0, 0, 0];
  const draws = 40_000;
  for (let index = 0; index < draws; index++) {
    const token = sampler.draw(LOGITS, 0, settings(), uniformAt(5, index));
    counts[token] = (counts[token] ?? 0) + 1;
  }
  for (const [token, probability] of [0.4, 0.3, 0.2, 0.1].entries()) {
    const deviation = Math.sqrt(probability * (1 - probability) * draws);
    expect(Math.abs((counts[token] as number) - probability * draws)).toBeLessThan(4 * deviation);
  }
});

test("probabilities over what can be drawn sum to 1, whatever the settings", () => {
  const anyLogits = fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 1, maxLength: 8 });
  const anySettings = fc.record({
    temperature: fc.double({ min: 0.5, max: 3, noNaN: true }),
    topP: fc.double({ min: 0.05, max: 1, noNaN: true }),
    topK: fc.nat(9),
  });
  fc.assert(
    fc.property(anyLogits, anySettings, (logits, chosen) => {
      // Each draw tells the share of [0, 1) that its token has: stepping by it visits every token that can be drawn.
      const sampler = new Sampler(logits.length);
      const row = Float32Array.from(logits);
      let at = 0;
      let sum = 0;
      for (let count = 0; count < logits.length && at < 1 - 1e-9; count++) {
        sampler.draw(row, 0, chosen, at);
        expect(sampler.logprob).toBeLessThanOrEqual(0);
        const probability = Math.exp(sampler.logprob);
        sum += probability;
        at += probability + 1e-12;
      }
      expect(sum).toBeCloseTo(1, 6);
    }),
  );
});

test("greedy takes the most likely token with its log-probability at temperature 1", () => {
  const sampler = new Sampler(4);
  expect(sampler.draw(Float32Array.from([0, 9, ...LOGITS]), 2, settings({ temperature: 0 }), 0.99)).toBe(0);
  expect(sampler.logprob).toBeCloseTo(Math.log(0.4), 6);
});

test("huge logits do not overflow", () => {
  const found = support(Float32Array.from([1e30, 1e30, -1e30]), settings({ temperature: 0.01 }));
  expect([...found.values()].map(Math.exp)).toEqual([0.5, 0.5].map((p) => expect.closeTo(p, 9)));
});

test.each([[[NaN, 0]], [[0, NaN]], [[Infinity, 0]], [[-Infinity, -Infinity]], [[NaN, NaN]]])(
  "logits %j are refused",
  (logits) => {
    expect(new Sampler(2).draw(Float32Array.from(logits), 0, settings(), 0.5)).toBe(-1);
    expect(new Sampler(2).draw(Float32Array.from(logits), 0, settings({ temperature: 0 }), 0.5)).toBe(-1);
  },
);

test("a given token is scored at temperature 1, and ranked by how many are at least as likely", () => {
  const sampler = new Sampler(4);
  const logits = Float32Array.from([7, ...[0.1, 0.4, 0.1, 0.4].map(Math.log)]);
  expect([0, 1].map((token) => sampler.score(logits, 1, token))).toEqual([true, true]);
  expect([sampler.logprob, sampler.rank]).toEqual([expect.closeTo(Math.log(0.4), 6), 2]);
  sampler.score(logits, 1, 2);
  expect([sampler.logprob, sampler.rank]).toEqual([expect.closeTo(Math.log(0.1), 6), 4]);
  for (const faulty of [NaN, Infinity]) expect(sampler.score(Float32Array.from([faulty, 0]), 0, 1)).toBe(false);
});
