import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { deriveSeed, stream } from "../../src/core/random.ts";
import { bcaInterval, resample } from "../../src/evals/bootstrap.ts";
import { intervalOf } from "../../src/evals/interval.ts";
import { mcNemarTest, signFlipTest } from "../../src/evals/paired-test.ts";
import { pythonWith } from "../support/python-venv.ts";

const MINUTES = 60_000;
let interpreter: string;
beforeAll(async () => {
  interpreter = await pythonWith(fileURLToPath(new URL("scipy.txt", import.meta.url)));
}, 10 * MINUTES);

function scipy<T>(cases: readonly object[]): T[] {
  const script = fileURLToPath(new URL("scipy_statistics.py", import.meta.url));
  return JSON.parse(execFileSync(interpreter, [script], { encoding: "utf8", input: JSON.stringify(cases) })) as T[];
}

/** Shares of completions that passed, of problems of different difficulty, as evaluations give them. */
function shares(problems: number, samples: number, difficulty: number, seed: number): number[] {
  const random = stream(deriveSeed(seed, "shares", problems, samples));
  return Array.from({ length: problems }, () => {
    const chance = random.uniform() ** difficulty;
    return Array.from({ length: samples }, () => Number(random.uniform() < chance)).filter(Boolean).length / samples;
  });
}

test(
  "intervals are those of scipy's stratified BCa bootstrap, but for the resamples drawn",
  () => {
    const cases = [
      [shares(152, 4, 2, 1)],
      [shares(40, 1, 4, 2)],
      [shares(25, 8, 6, 3)],
      [shares(128, 8, 0.2, 4), shares(60, 8, 2, 5)],
      [shares(30, 1, 8, 6), shares(90, 4, 1, 7), shares(12, 4, 0.5, 8)],
      [shares(200, 4, 1, 9).map((share, place) => share - (shares(200, 4, 2, 10)[place] ?? 0))],
    ];
    const theirs = scipy<[number, number]>(cases.map((strata, seed) => ({ kind: "bca", strata, seed })));
    for (const [place, strata] of cases.entries()) {
      const ours = bcaInterval(
        strata.map((values, stratum) => resample(values, deriveSeed(3, place, stratum), 100_000)),
      );
      const [low, high] = theirs[place]!;
      for (const [end, other] of [
        [ours[0], low],
        [ours[1], high],
      ] as const)
        expect(Math.abs(end - other) / (high - low), `case ${place}: ${ours} and ${theirs[place]}`).toBeLessThan(0.03);
    }
  },
  5 * MINUTES,
);

test("where all problems passed, the interval is Wilson's", () => {
  const cases = [5, 20, 128].map((problems) => ({ kind: "wilson", problems, passed: problems }));
  const theirs = scipy<[number, number]>(cases);
  for (const [place, { problems }] of cases.entries()) {
    const { low, high, method } = intervalOf(
      [
        resample(
          Array.from({ length: problems }, () => 1),
          1,
          10,
        ),
      ],
      [0, 1],
    );
    expect(method).toBe("wilson");
    expect(low).toBeCloseTo(theirs[place]![0], 10);
    expect(high).toBeCloseTo(theirs[place]![1], 10);
  }
});

test("McNemar's p-values are those of scipy's exact binomial test", () => {
  const cases = [
    [3, 0],
    [7, 2],
    [40, 21],
    [5, 5],
    [0, 260],
  ].map(([better, worse]) => ({ kind: "mcnemar", better: better!, worse: worse! }));
  const theirs = scipy<number>(cases);
  for (const [place, { better, worse }] of cases.entries())
    expect(mcNemarTest(better, worse).p / theirs[place]!).toBeCloseTo(1, 8);
});

test(
  "sign-flip p-values are those of scipy's permutation test: exactly where all flips are tried, else within their noise",
  () => {
    const differences = (problems: number, seed: number, shift: number): number[] => {
      const [a, b] = [shares(problems, 4, 1, seed), shares(problems, 4, shift, seed + 1)];
      return a.map((share, place) => (b[place] ?? 0) - share);
    };
    const exact = [differences(9, 1, 1), differences(12, 3, 0.3), [0.25, -0.25, 0.5, 0, 1, 0.75]];
    const drawn = [differences(60, 5, 1), differences(150, 7, 0.8), differences(152, 9, 1.1)];
    const theirs = scipy<number>(
      [...exact, ...drawn].map((each, seed) => ({
        kind: "sign-flip",
        differences: each,
        exact: seed < exact.length,
        seed,
      })),
    );
    for (const [place, each] of exact.entries()) {
      const { p, test: name } = signFlipTest(each, 1);
      expect(name).toBe("exact sign-flip test");
      expect(p).toBeCloseTo(theirs[place]!, 10);
    }
    for (const [place, each] of drawn.entries()) {
      const { p, test: name } = signFlipTest(each, 1);
      const other = theirs[exact.length + place]!;
      expect(name).toBe("sign-flip test, 99,999 random flips");
      // Five standard errors of both.
      expect(Math.abs(p - other)).toBeLessThan(5 * Math.sqrt(other * (1 - other)) * Math.sqrt(1 / 1e5 + 1 / 1e5));
    }
  },
  5 * MINUTES,
);
