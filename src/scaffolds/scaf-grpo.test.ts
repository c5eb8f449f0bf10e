import fc from "fast-check";
import { expect, test } from "vitest";
import { configureScaffold } from "./registry.ts";
import type { HintAttempt, ScaffoldDecision, ScaffoldGroup } from "./scaffold.ts";

const HINTS = { knowledge: ["k1", "k2"], planning: ["p1"], solution: ["s1", "s2", "s3"] };

const cliff = (rest: Partial<ScaffoldGroup> = {}): ScaffoldGroup => ({
  step: 50,
  progress: 0.5,
  passed: [false, false, false, false],
  hints: HINTS,
  attempts: [],
  earlierPassRates: [],
  ...rest,
});

/** Asks again and again, each hint failing until the one at which `passes` says otherwise. */
function search(
  options: Record<string, unknown>,
  passes: (attempt: number) => (boolean | null)[] | undefined,
  group: Partial<ScaffoldGroup> = {},
): { tried: string[]; end: ScaffoldDecision } {
  const scaffold = configureScaffold("scaf-grpo", options);
  const attempts: HintAttempt[] = [];
  for (;;) {
    const decision = scaffold.decide(cliff({ ...group, attempts }));
    const tried = attempts.map(({ tier, level }) => `${tier} ${level}`);
    if (decision.kind === "done") return { tried, end: decision };
    const failed = new Array<boolean>(decision.samples).fill(false);
    attempts.push({ ...decision.hint, passed: passes(attempts.length) ?? failed });
  }
}

const never = (): undefined => undefined;
const done = (outcome: string) => ({ kind: "done", outcome, replacements: [] });

test("hints are tried tier by tier, each from its first part to all of them", () => {
  const { tried, end } = search({}, never);
  expect(tried).toEqual(["knowledge 1", "knowledge 2", "planning 1", "solution 1", "solution 2", "solution 3"]);
  expect(end).toEqual(done("unrescued"));
});

test("a hint shows the first parts of its tier", () => {
  const scaffold = configureScaffold("scaf-grpo", { tiers: ["solution"], increments: false });
  expect(scaffold.decide(cliff())).toEqual({
    kind: "try",
    hint: { tier: "solution", level: 3, parts: ["s1", "s2", "s3"] },
    samples: 2,
  });
});

test("without increments each tier is shown whole at once, and tiers are tried in the order given", () => {
  expect(search({ increments: false }, never).tried).toEqual(["knowledge 2", "planning 1", "solution 3"]);
  expect(search({ tiers: ["solution", "planning"] }, never).tried).toEqual([
    "solution 1",
    "solution 2",
    "solution 3",
    "planning 1",
  ]);
});

test("the search ends with the first pass, which replaces the failure of the lowest number and nothing else", () => {
  const { tried, end } = search({}, (attempt) => (attempt === 2 ? [false, true] : undefined), {
    passed: [null, false, false, false],
  });
  expect(tried).toEqual(["knowledge 1", "knowledge 2", "planning 1"]);
  const replacement = { rollout: 1, attempt: 2, sample: 1, trainedUnder: "hinted" };
  expect(end).toEqual({ kind: "done", outcome: "hinted", replacements: [replacement] });
});

test("fading trains a rescue under the plain prompt once every rollout under the hint passes", () => {
  const under = (mode: string, passed: (boolean | null)[]): unknown => {
    const { end } = search({ trained_under: mode }, () => passed);
    return end.kind === "done" ? end.replacements[0]?.trainedUnder : undefined;
  };
  expect(under("fading", [true, true])).toBe("unhinted");
  expect(under("fading", [true, false])).toBe("hinted");
  expect(under("fading", [true, null])).toBe("hinted");
  expect(under("hinted", [true, true])).toBe("hinted");
  expect(under("unhinted", [false, true])).toBe("unhinted");
});

test("a group that somebody solved, or with too few verdicts, is left alone", () => {
  const scaffold = configureScaffold("scaf-grpo", { min_ok: 3 });
  expect(scaffold.decide(cliff({ passed: [false, false, true, false] }))).toEqual(done("passed"));
  expect(scaffold.decide(cliff({ passed: [false, null, null, false] }))).toEqual(done("unjudged"));
  expect(scaffold.decide(cliff({ passed: [false, null, false, false] })).kind).toBe("try");
});

test("no hints in the first part of the run", () => {
  const scaffold = configureScaffold("scaf-grpo", { exemption: 0.15 });
  expect(scaffold.decide(cliff({ progress: 0.149 }))).toEqual(done("exempt"));
  expect(scaffold.decide(cliff({ progress: 0.15 })).kind).toBe("try");
});

test("stagnant: only a problem whose last visits under other policies did not pass either is hinted", () => {
  const scaffold = configureScaffold("scaf-grpo", { trigger: "stagnant", stagnant_visits: 2 });
  expect(scaffold.decide(cliff({ earlierPassRates: [0] }))).toEqual(done("not_stagnant"));
  expect(scaffold.decide(cliff({ earlierPassRates: [0, 0.25] }))).toEqual(done("not_stagnant"));
  expect(scaffold.decide(cliff({ earlierPassRates: [0, null] }))).toEqual(done("not_stagnant"));
  expect(scaffold.decide(cliff({ earlierPassRates: [0.25, 0, 0] })).kind).toBe("try");
});

test("tiers that a problem does not have are skipped, and a problem without hints is left as it is", () => {
  expect(search({}, never, { hints: { solution: ["s1"] } }).tried).toEqual(["solution 1"]);
  expect(search({}, never, { hints: {} }).end).toEqual(done("no_hints"));
});

test("a hint that was skipped counts as tried without a pass", () => {
  const scaffold = configureScaffold("scaf-grpo");
  const skipped: HintAttempt = { tier: "knowledge", level: 1, parts: ["k1"], passed: [] };
  expect(scaffold.decide(cliff({ attempts: [skipped] }))).toMatchObject({ hint: { tier: "knowledge", level: 2 } });
});

test("a search is never longer than the hints there are, and replaces at most one rollout", () => {
  const parts = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 });
  const hints = fc.record({ knowledge: parts, planning: parts, solution: parts }, { requiredKeys: [] });
  fc.assert(
    fc.property(hints, fc.nat(15), fc.boolean(), (own, passing, increments) => {
      const { tried, end } = search({ increments }, (at) => (at === passing ? [true, false] : undefined), {
        hints: own,
      });
      const all = Object.values(own).flat().length;
      expect(tried.length).toBeLessThanOrEqual(all);
      expect(new Set(tried).size).toBe(tried.length);
      expect(end.kind === "done" && end.replacements.length).toBe(passing < tried.length ? 1 : 0);
    }),
  );
});
