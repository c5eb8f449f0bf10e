import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, type Decision, type Situation } from "./decide.ts";

const AFTER = { collect: "credit", credit: "train", train: "sync", sync: "observe" } as const;

/** What was chosen and evaluated with what, over a whole simulated run. */
interface Course {
  /** Of each step: the newest done step when it was chosen. */
  readonly chosenAfter: number[];
  /** In which order choices were made and results observed. */
  readonly order: string[];
  readonly evaluated: number[];
  readonly mostOpen: number;
  /** Most that could go on at the same time. */
  readonly widest: number;
}

/** Lets a run of some steps go: of what may go on, which ends next is drawn at random. */
function simulate(depth: number, steps: number, every: number, draws: readonly number[]): Course {
  const open: { step: number; phase: Situation["open"][number]["phase"] }[] = [];
  const evaluated: number[] = [];
  const course: Course = { chosenAfter: [], order: [], evaluated, mostOpen: 0, widest: 0 };
  let [finished, begun, mostOpen, widest] = [0, 0, 0, 0];
  for (let turn = 0; turn < 10_000; turn++) {
    const isOver = begun >= steps;
    const isLast = finished === steps;
    const due = [finished - 1, finished].filter(
      (step) => step >= 0 && (step % every === 0 || (isLast && step === finished)) && !evaluated.includes(step),
    );
    const decisions = decide({ depth, partial: false, finished, begun, open: structuredClone(open), isOver, due });
    widest = Math.max(widest, decisions.length);
    const decision = decisions[(draws[turn % draws.length] ?? 0) % Math.max(1, decisions.length)];
    if (decision === undefined) return { ...course, mostOpen, widest };
    const { kind, step } = decision;
    if (kind === "begin") {
      begun = step;
      open.push({ step, phase: "collect" });
      course.chosenAfter.push(finished);
      course.order.push(`choose ${step}`);
    } else if (kind === "evaluate") evaluated.push(step);
    else if (kind === "observe") {
      const oldest = open.shift();
      if (oldest?.step !== step) throw new Error(`step ${step} is observed out of its turn`);
      finished = step;
      course.order.push(`observe ${step}`);
    } else {
      const at = open.find((each) => each.step === step);
      if (at?.phase !== kind) throw new Error(`step ${step} is not in phase ${kind}`);
      at.phase = AFTER[kind];
    }
    mostOpen = Math.max(mostOpen, open.length);
  }
  throw new Error("the run does not end");
}

const run = fc.record({
  depth: fc.nat(3),
  steps: fc.integer({ min: 1, max: 12 }),
  every: fc.integer({ min: 1, max: 4 }),
  draws: fc.array(fc.nat(5), { minLength: 1, maxLength: 40 }),
});

describe("a run of any depth", () => {
  test("ends, having trained every step once and made every evaluation that was due", () => {
    fc.assert(
      fc.property(run, ({ depth, steps, every, draws }) => {
        const { order, evaluated } = simulate(depth, steps, every, draws);
        const observed = order.filter((each) => each.startsWith("observe"));
        expect(observed).toEqual(Array.from({ length: steps }, (_, index) => `observe ${index + 1}`));
        const due = Array.from({ length: steps + 1 }, (_, step) => step).filter(
          (step) => step % every === 0 || step === steps,
        );
        expect(evaluated).toEqual(due);
      }),
    );
  });

  test("chooses step k with exactly the steps up to k - 1 - depth, whatever ends first", () => {
    fc.assert(
      fc.property(run, ({ depth, steps, every, draws }) => {
        const { chosenAfter, order, mostOpen } = simulate(depth, steps, every, draws);
        expect(chosenAfter).toEqual(Array.from({ length: steps }, (_, index) => Math.max(0, index - depth)));
        expect(order).toEqual(simulate(depth, steps, every, [0]).order);
        expect(mostOpen).toBeLessThanOrEqual(depth + 1);
      }),
    );
  });
});

test("without depth nothing is begun while an evaluation is due, and one thing goes on at a time", () => {
  fc.assert(
    fc.property(run, ({ steps, every, draws }) => {
      expect(simulate(0, steps, every, draws).widest).toBe(1);
    }),
  );
  const between: Situation = { depth: 0, partial: false, finished: 2, begun: 2, open: [], isOver: false, due: [2] };
  expect(decide(between)).toEqual([{ kind: "evaluate", step: 2 }] satisfies Decision[]);
  expect(decide({ ...between, due: [] })).toEqual([{ kind: "begin", step: 3 }] satisfies Decision[]);
});

test("with depth the next step is sampled while one is trained and the policy before it is evaluated", () => {
  const open = [
    { step: 3, phase: "train" },
    { step: 4, phase: "collect" },
  ] as const;
  const decisions = decide({ depth: 1, partial: false, finished: 2, begun: 4, open, isOver: false, due: [2] });
  expect(decisions).toEqual([
    { kind: "collect", step: 4 },
    { kind: "train", step: 3 },
    { kind: "evaluate", step: 2 },
  ] satisfies Decision[]);
});

test("what came of a step is not observed while an evaluation is a step behind, or the step that it may not decide is not chosen", () => {
  const open = [{ step: 3, phase: "observe" }] as const;
  const behind: Situation = { depth: 1, partial: false, finished: 2, begun: 3, open, isOver: false, due: [1] };
  expect(decide(behind)).toEqual([{ kind: "evaluate", step: 1 }] satisfies Decision[]);
  expect(decide({ ...behind, due: [] })).toEqual([{ kind: "begin", step: 4 }] satisfies Decision[]);
});
