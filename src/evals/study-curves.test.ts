import { expect, test } from "vitest";
import { bandOf, curveOf } from "./study-curves.ts";

test("a band lies around the mean of curves that were measured at different tokens", () => {
  const band = bandOf([
    [
      { tokens: 0, accuracy: 0 },
      { tokens: 100, accuracy: 1 },
    ],
    [
      { tokens: 0, accuracy: 0.2 },
      { tokens: 60, accuracy: 0.2 },
      { tokens: 120, accuracy: 0.8 },
    ],
  ]);
  expect(band[0]).toEqual({ tokens: 0, mean: 0.1, low: 0, high: 0.2 });
  const half = band[30];
  expect(half?.tokens).toBe(50);
  expect(half?.low).toBeCloseTo(0.2, 12);
  expect(half?.high).toBeCloseTo(0.5, 12);
  // The shorter curve ends it: at 100 the other stands at .2 + .6 x 40 / 60.
  expect(band.at(-1)?.tokens).toBe(100);
  expect(band.at(-1)?.low).toBeCloseTo(0.6, 12);
  expect(band.at(-1)?.mean).toBeCloseTo(0.8, 12);
});

test("one evaluation, or two after the same tokens, still make a band", () => {
  const flat = bandOf([[{ tokens: 0, accuracy: 0.3 }]]);
  expect(flat.every(({ mean, tokens }) => mean === 0.3 && tokens === 0)).toBe(true);
  const jump = bandOf([
    [
      { tokens: 0, accuracy: 0.3 },
      { tokens: 0, accuracy: 0.5 },
    ],
  ]);
  expect(jump.every(({ mean }) => Number.isFinite(mean))).toBe(true);
  expect(bandOf([])).toEqual([]);
  expect(bandOf([[], [{ tokens: 0, accuracy: 1 }]])).toEqual([]);
});

test("a curve is of the arms that are asked for", () => {
  const steps = [
    { tokens: 0, byArm: new Map([["a", 0.2]]) },
    {
      tokens: 5,
      byArm: new Map([
        ["a", 0.4],
        ["b", 0.8],
      ]),
    },
  ];
  expect(curveOf(steps, ["b"])).toEqual([{ tokens: 5, accuracy: 0.8 }]);
  expect(curveOf(steps, ["a", "b"]).map(({ accuracy }) => accuracy)[1]).toBeCloseTo(0.6, 12);
});
