import { expect, test } from "vitest";
import { firstPulse, judgePulse, nextPulse } from "./heartbeat-judge.ts";
import type { Heartbeat } from "./protocol/schemas.ts";

const beat = (counter: number, phase: Heartbeat["phase"]): Heartbeat => ({
  counter,
  phase,
  progress: { "0": 0 },
  policy_version: 0,
});

test("a counter that moves keeps a trainer alive, one that stands still has its phase's deadline", () => {
  let pulse = nextPulse(firstPulse(100), beat(1, "idle"), 110);
  pulse = nextPulse(pulse, beat(2, "idle"), 165);
  expect(judgePulse(pulse, 225)).toBeUndefined();
  pulse = nextPulse(pulse, beat(2, "idle"), 226);
  expect(judgePulse(pulse, 226)).toBe("its heartbeat has stood still for 61 s while idle");
});

test("a phase that takes long has more time, and so has a trainer that has not beaten yet", () => {
  expect(judgePulse(nextPulse(firstPulse(0), beat(1, "training"), 0), 299)).toBeUndefined();
  expect(judgePulse(nextPulse(firstPulse(0), beat(1, "training"), 0), 301)).toContain("while training");
  expect(judgePulse(nextPulse(firstPulse(0), undefined, 3599), 3599)).toBeUndefined();
  expect(judgePulse(nextPulse(firstPulse(0), undefined, 3601), 3601)).toContain("while starting");
  // 84 GB at 150 MB/s, written and read again.
  expect(judgePulse(nextPulse(firstPulse(0), beat(1, "writing"), 0), 1120)).toBeUndefined();
});
