import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Recipe } from "../../config/recipe-schema.ts";
import { needsCheckpoint, versionsToKeep, type KeptVersion } from "./versions-to-keep.ts";

const version = (policyVersion: number, accuracy: number | null = null): KeptVersion => ({
  policyVersion,
  step: policyVersion + 10,
  accuracy,
});

describe("versionsToKeep", () => {
  test("keeps the newest, those of every so many steps, and the best", () => {
    const versions = [version(1, 0.5), version(2), version(5), version(6, 0.9), version(7), version(8, 0.2)];
    expect(versionsToKeep(versions, { keep_last: 2, keep_every: 15, keep_best: 1 })).toEqual(
      new Map([
        [8, ["newest"]],
        [7, ["newest"]],
        [5, ["every"]],
        [6, ["best"]],
      ]),
    );
  });

  test("gives every reason that there is", () => {
    expect(versionsToKeep([version(10, 1)], { keep_last: 1, keep_every: 5, keep_best: 3 })).toEqual(
      new Map([[10, ["newest", "every", "best"]]]),
    );
  });

  test("prefers the earlier of two that are equally good", () => {
    const versions = [version(3, 0.5), version(1, 0.5), version(2, 0.5), version(9)];
    expect([...versionsToKeep(versions, { keep_last: 1, keep_best: 1 }).keys()]).toEqual([9, 1]);
  });

  test("always keeps the newest, and what it keeps does not hang on the order of the versions", () => {
    const versions = fc.uniqueArray(
      fc.record({ policyVersion: fc.nat(50), step: fc.nat(50), accuracy: fc.option(fc.constantFrom(0, 0.5, 1)) }),
      { selector: ({ policyVersion }) => policyVersion, minLength: 1 },
    );
    const options = fc.record({
      keep_last: fc.integer({ min: 1, max: 4 }),
      keep_every: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      keep_best: fc.nat(4),
    });
    fc.assert(
      fc.property(versions, options, (given, keep) => {
        const kept = versionsToKeep(given, keep);
        expect(kept.has(Math.max(...given.map(({ policyVersion }) => policyVersion)))).toBe(true);
        expect(new Map([...versionsToKeep(given.toReversed(), keep)].sort())).toEqual(new Map([...kept].sort()));
      }),
    );
  });
});

describe("needsCheckpoint", () => {
  const recipe = (checkpoints: Partial<Recipe["checkpoints"]>, development?: string): Recipe =>
    ({
      checkpoints: { keep_last: 2, keep_best: 0, ...checkpoints },
      evaluation: { every: 4 },
      problems: { development },
    }) as unknown as Recipe;

  test("says so of steps that are kept, and of those that are evaluated where the best are kept", () => {
    const steps = (of: Recipe): number[] => [1, 2, 3, 4, 5, 6, 7, 8].filter((step) => needsCheckpoint(of, step));
    expect(steps(recipe({ keep_every: 3 }, "set.jsonl"))).toEqual([3, 6]);
    expect(steps(recipe({ keep_best: 1 }, "set.jsonl"))).toEqual([4, 8]);
    expect(steps(recipe({ keep_best: 1 }))).toEqual([]);
  });
});
