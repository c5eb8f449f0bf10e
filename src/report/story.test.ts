import { expect, test } from "vitest";
import type { ArmChange, PracticeFacts, StoryFacts } from "../core/story-facts.ts";
import { story } from "./story.ts";

/** An arm evaluated with 8 completions a problem, every problem's pass rate changing by the same or by chance. */
function arm(name: string, before: number, now: number, rest: Partial<ArmChange> = {}): ArmChange {
  const problems = rest.problems ?? 128;
  return {
    arm: name,
    beforePassed: Math.round(before * problems * 8),
    beforeJudged: problems * 8,
    nowPassed: Math.round(now * problems * 8),
    nowJudged: problems * 8,
    unjudged: 0,
    problems,
    changes: (now - before) * problems,
    // A spread of .3 between problems.
    squaredChanges: problems * (now - before) ** 2 + (problems - 1) * 0.09,
    ...rest,
  };
}

function practised(name: string, part: number, rest: Partial<PracticeFacts> = {}): PracticeFacts {
  const visits = rest.visits ?? 40;
  const cliffs = rest.cliffs ?? 0;
  return {
    arm: name,
    part,
    fromStep: part * 12 + 1,
    toStep: part * 12 + 12,
    visits,
    passRates: visits - cliffs,
    squaredPassRates: visits - cliffs,
    cliffs: 0,
    rescued: 0,
    unrescued: 0,
    exempt: 0,
    dropped: 0,
    droppedSolved: 0,
    ...rest,
  };
}

const evaluated = (arms: readonly ArmChange[], nowStep = 120): StoryFacts["evaluation"] => ({
  suite: "test",
  isHeldOut: true,
  sources: [],
  beforeStep: 0,
  nowStep,
  arms,
});

/** Facts like those of a default run, with changes. */
function facts(changes: Partial<StoryFacts> = {}): StoryFacts {
  return {
    runId: 1,
    state: "succeeded",
    steps: 120,
    plannedSteps: 120,
    scaffold: "scaf-grpo",
    evaluation: evaluated([arm("add", 0.93, 0.97), arm("sub", 0.28, 0.99), arm("mul-rev", 0, 0.98)]),
    practice: [
      practised("add", 0),
      practised("mul-rev", 0, { visits: 45, cliffs: 45, exempt: 45, dropped: 45 }),
      practised("mul-rev", 1, { visits: 54, cliffs: 47, exempt: 26, rescued: 20, unrescued: 1 }),
      practised("mul-rev", 9, { visits: 87, dropped: 80, droppedSolved: 80 }),
    ],
    fates: {
      rollouts: 30_856,
      trained: 5752,
      dropped: [
        { reason: "zero_variance", rollouts: 24_968 },
        { reason: "hint_search", rollouts: 115 },
        { reason: "replaced_by_hint", rollouts: 21 },
      ],
    },
    teacherKl: null,
    ...changes,
  };
}

const told = (changes: Partial<StoryFacts> = {}): string[] => story(facts(changes)).map(({ text }) => text);

test("a default run: what improved, the cliff that hints got over, and what was dropped", () => {
  const sentences = story(facts());
  expect(sentences.map(({ topic }) => topic)).toEqual(["improved", "cliff", "dropped"]);
  expect(sentences.map(({ text }) => text)).toEqual([
    "On the held-out test set (problems set apart from practice) it went from .40 to .98 right in 120 steps; " +
      "most on mul-rev, from .00 to .98.",
    "mul-rev was a learning cliff (no right answer among the attempts, so little to learn from): in steps 1 to 12 every attempt " +
      "failed in all 45 visits to its problems; of its 92 such visits, a hint got 20 to a right answer, no hint helped 1 and 71 came " +
      "before hints were allowed; in steps 109 to 120 none was left in 87 visits.",
    "Of 30,856 attempts it trained on 5,752 (.19) and dropped the others: 24,968 got the same reward as all other " +
      "attempts at their problem, which leaves nothing to compare (mostly because all of them were right), 115 only " +
      "served to find a hint that helps and 21 gave way to an attempt that was given a hint.",
  ]);
  expect(sentences.map(({ link }) => link)).toEqual([
    "#evaluations",
    "cliffs?arm=mul-rev",
    "rollouts?drop=zero_variance",
  ]);
});

test("plain GRPO that stays at its cliff is said to be still there, for want of hints", () => {
  const [improved, cliff] = told({
    scaffold: "none",
    evaluation: evaluated([arm("add", 0.9, 0.95), arm("mul-rev", 0, 0, { squaredChanges: 0 })]),
    practice: [
      practised("add", 0),
      ...[0, 4, 9].map((part) => practised("mul-rev", part, { visits: 60, cliffs: 60, dropped: 60 })),
    ],
  });
  expect(improved).toContain("there is no clear change in 120 steps: .45 right before and .48 now");
  expect(cliff).toBe(
    "mul-rev was a learning cliff (no right answer among the attempts, so little to learn from): in steps 1 to 120 every attempt " +
      "failed in all 180 visits to its problems; this run gives no hints.",
  );
});

test("an arm that failed throughout is a cliff from its first step on, however seldom it was drawn", () => {
  const add = practised("add", 0);
  const seldom = [1, 3, 1, 4, 3].map((visits, part) => practised("mul", part, { visits, cliffs: visits }));
  expect(told({ scaffold: "none", practice: [add, ...seldom] })[1]).toContain(
    "mul was a learning cliff (no right answer among the attempts, so little to learn from): in steps 1 to 60 every attempt failed in all 12 visits",
  );
  const nearly = [2, 2, 3, 2].map((visits, part) =>
    practised("mul", part, { visits, cliffs: part === 3 ? 2 : visits - 1 }),
  );
  expect(told({ scaffold: "none", practice: [add, ...nearly] })[1]).toMatch(
    /in steps 1 to 48 every attempt failed in 6 of 9 visits to its problems; .*it is still there: in steps 37 to 48 both visits\.$/,
  );
});

test("two failed visits of four are no cliff of a whole arm, nor are all problems one where there is one arm", () => {
  const chance = [practised("a", 0), practised("b", 0, { visits: 4, cliffs: 2 }), practised("b", 1, { visits: 60 })];
  expect(told({ practice: chance })[1]).toContain("In 2 of 104 visits to problems every attempt failed in b");
  const whole = told({ scaffold: "none", practice: [practised("all", 0, { visits: 60, cliffs: 60 })] })[1];
  expect(whole).toContain("In 60 of 60 visits to problems every attempt failed (a learning cliff");
});

test("a cliff that comes later begins where it does", () => {
  const later = [
    practised("add", 0),
    practised("sub", 0),
    practised("sub", 1, { cliffs: 30 }),
    practised("sub", 2, { cliffs: 2 }),
  ];
  expect(told({ scaffold: "none", practice: later })[1]).toMatch(
    /in steps 13 to 24 every attempt failed in 30 of 40 visits .*; in steps 25 to 36 it was 2 of 40 visits\.$/,
  );
});

test("a difference within two standard errors is no clear change", () => {
  const [improved] = told({ evaluation: evaluated([arm("add", 0.36, 0.38)]) });
  expect(improved).toBe(
    "On the held-out test set (problems set apart from practice) there is no clear change in 120 steps: .36 right " +
      "before and .38 now, which is within the noise of 128 problems (two standard errors).",
  );
});

test("an arm that got worse is told beside the one that got better", () => {
  expect(told({ evaluation: evaluated([arm("add", 0.9, 0.5), arm("sub", 0.1, 0.9)]) })[0]).toContain(
    "right in 120 steps; most on sub, from .10 to .90; worse on add, from .90 to .50.",
  );
  expect(told({ evaluation: evaluated([arm("add", 0.9, 0.2), arm("sub", 0.5, 0.5)]) })[0]).toContain(
    "it got worse: from .70 to .35 right in 120 steps; most on add, from .90 to .20.",
  );
});

test("a handful of problems is too few to tell", () => {
  const few = evaluated([arm("add", 0, 1, { problems: 3, squaredChanges: 3 })], 1);
  expect(told({ evaluation: few })[0]).toContain(
    ".00 was right before and 1.0 after 1 step, but 3 problems are too few to tell a change from chance",
  );
});

test("a run without evaluations is told from practice, each arm counting alike", () => {
  const practice = [
    practised("add", 0, { passRates: 20, squaredPassRates: 15 }),
    practised("sub", 0, { passRates: 4, squaredPassRates: 2 }),
    practised("add", 9, { passRates: 38, squaredPassRates: 37 }),
    practised("sub", 9, { passRates: 30, squaredPassRates: 26 }),
  ];
  const [improved] = story(facts({ evaluation: null, practice }));
  expect(improved?.text).toBe(
    "It was not evaluated on held-out problems; in practice, without hints, .30 of its attempts passed in steps 1 to " +
      "12 and .85 in steps 109 to 120 (the mean of 2 kinds of problems).",
  );
  expect(improved?.sql).toContain("pass_rate.%");
  const flat = practice.map((part) => ({ ...part, passRates: 20, squaredPassRates: 15 }));
  expect(told({ evaluation: null, practice: flat })[0]).toContain("no clear change, as that is within the noise");
});

test("a run of no steps says so, three times", () => {
  expect(
    told({
      state: "failed",
      steps: 0,
      evaluation: null,
      practice: [],
      fates: { rollouts: 0, trained: 0, dropped: [] },
    }),
  ).toEqual([
    "It has not finished a step yet, so nothing could improve (the run failed after 0 of 120 steps).",
    "Whether there is a learning cliff (problems at which every attempt fails) cannot be told yet: no step is finished.",
    "No attempt has been trained on or dropped yet.",
  ]);
});

test("a running one with its first evaluation only tells what practice shows, and how far it is", () => {
  const [improved] = told({
    state: "running",
    steps: 24,
    evaluation: evaluated([arm("add", 0.36, 0.36)], 0),
    practice: [practised("add", 0, { passRates: 10, squaredPassRates: 5 }), practised("add", 1)],
  });
  expect(improved).toBe(
    "On the held-out test set (problems set apart from practice) .36 was right before the first step, and this run has no " +
      "other evaluation yet; in practice, without hints, .25 of its attempts passed in steps 1 to 12 and 1.0 in " +
      "steps 13 to 24 (it is still running: 24 of 120 steps done).",
  );
});

test("with one arm nothing is compared between arms", () => {
  const [improved, cliff] = told({
    evaluation: evaluated([arm("default", 0.2, 0.6)]),
    practice: [practised("default", 0, { cliffs: 12, rescued: 12 })],
  });
  expect(improved).toContain("it went from .20 to .60 right in 120 steps.");
  expect(cliff).toBe(
    "In 12 of 40 visits to problems every attempt failed (a learning cliff: with no right answer among " +
      "them there is little to learn from); of these, a hint got 12 to a right answer.",
  );
});

test("cliffs here and there name the arm that has most of them", () => {
  const practice = [practised("a", 0, { cliffs: 3, rescued: 1 }), practised("b", 0, { cliffs: 1 }), practised("c", 0)];
  expect(told({ practice })[1]).toBe(
    "In 4 of 120 visits to problems every attempt failed (a learning cliff: with no right answer among " +
      "them there is little to learn from), most often in a (3); of these, a hint got 1 to a right answer and 3 got no hint.",
  );
  expect(told({ practice: [practised("a", 0, { cliffs: 1 }), practised("b", 0)] })[1]).toBe(
    "In 1 of 80 visits to problems every attempt failed in a (a learning cliff: with no right answer among " +
      "them there is little to learn from); it got no hint.",
  );
  const even = [practised("a", 0, { cliffs: 1 }), practised("b", 0, { cliffs: 1 })];
  expect(told({ practice: even })[1]).not.toContain("most often");
  expect(told({ practice: [practised("a", 0, { visits: 1 })] })[1]).toContain("no learning cliff");
});

test("everything dropped is said, without a word of learning", () => {
  const fates = { rollouts: 256, trained: 0, dropped: [{ reason: "zero_variance", rollouts: 256 }] };
  expect(told({ fates, practice: [practised("a", 0, { cliffs: 40, dropped: 40 })] })[2]).toBe(
    "Every attempt was dropped, so nothing was learned: 256 got the same reward as all other attempts at their " +
      "problem, which leaves nothing to compare.",
  );
});

test("nothing dropped is said too", () => {
  expect(told({ fates: { rollouts: 96, trained: 96, dropped: [] } })[2]).toBe(
    "Nothing was dropped: it trained on all 96 attempts.",
  );
});

test("a verifier that crashed leads the reasons, and what an evaluation could not judge is counted", () => {
  const unjudged = evaluated([arm("add", 0.2, 0.6, { unjudged: 12 })]);
  const fates = { rollouts: 9, trained: 8, dropped: [{ reason: "no_verdict", rollouts: 1 }] };
  const [improved, , dropped] = story(facts({ evaluation: unjudged, fates }));
  expect(improved?.text).toContain("(12 answers could not be judged and count in none of this)");
  expect(dropped?.text).toBe(
    "Of 9 attempts it trained on 8 (.89) and dropped the others: 1 got no verdict, because a verifier crashed, ran out of " +
      "time or left it out.",
  );
  expect(dropped?.link).toBe("rollouts?drop=no_verdict");
  const none = arm("add", 0, 0, { beforeJudged: 0, nowJudged: 0, problems: 0, changes: 0, squaredChanges: 0 });
  expect(told({ evaluation: evaluated([none]) })[0]).toContain("no answer could be judged");
});

test("distillation tells how near the policy came to its teacher", () => {
  expect(told({ teacherKl: { before: 1.2, now: 0.314 } })[0]).toMatch(
    /; its distance from its teacher went from 1\.20 to 0\.31 nats a token \(KL divergence: 0 where both say the same\)\.$/,
  );
});

test("names of arms are safe in links and in SQL", () => {
  const practice = [practised("add", 0), practised("it's & so", 0, { cliffs: 40 })];
  const [, cliff] = story(facts({ practice }));
  expect(cliff?.link).toBe("cliffs?arm=it's%20%26%20so");
  expect(cliff?.sql).toContain("arm = 'it''s & so'");
});
