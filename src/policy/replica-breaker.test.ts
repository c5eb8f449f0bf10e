import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Breaker } from "./replica-breaker.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SETTINGS = { failures: 3, restMs: 100, longestRestMs: 350 };
/** No jitter: a rest takes its whole time. */
const breaker = (): Breaker => new Breaker(SETTINGS, () => 1);
const restOf = (it: Breaker): number => Math.max(0, it.usableAt - performance.now());

test("it opens at the third failure in a row, and no success between them is forgotten", () => {
  const it = breaker();
  expect([it.failed(), it.failed()]).toEqual([false, false]);
  it.succeeded();
  expect([it.failed(), it.failed(), it.failed()]).toEqual([false, false, true]);
  expect(restOf(it)).toBe(100);
});

test("half open, one failure opens it for twice as long, up to the longest rest; a success closes it for good", () => {
  const it = breaker();
  for (let count = 0; count < 3; count++) it.failed();
  const rests = [200, 350, 350].map(() => {
    vi.advanceTimersByTime(restOf(it));
    expect(it.failed()).toBe(true);
    return restOf(it);
  });
  expect(rests).toEqual([200, 350, 350]);
  vi.advanceTimersByTime(restOf(it));
  it.succeeded();
  expect(it.failed()).toBe(false);
  expect(restOf(it)).toBe(0);
});

test("jitter takes up to half of a rest away", () => {
  const it = new Breaker(SETTINGS, () => 0);
  for (let count = 0; count < 3; count++) it.failed();
  expect(restOf(it)).toBe(50);
});

test("a pause is no failure, and the longest one counts", () => {
  const it = breaker();
  it.pause(1000);
  it.pause(10);
  expect(restOf(it)).toBe(1000);
  expect(it.failed()).toBe(false);
});
