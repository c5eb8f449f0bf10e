import { expect, test } from "vitest";
import type { PipelinePhase, PipelineSpan, Stretch } from "../../core/pipeline-span.ts";
import { busyShares } from "./busy-shares.ts";

const stretch = (from: number, to: number): Stretch => ({
  startedAt: new Date(from * 1000).toISOString(),
  finishedAt: new Date(to * 1000).toISOString(),
});
const span = (phase: PipelinePhase, from: number, to: number): PipelineSpan => ({
  phase,
  step: 1,
  suite: null,
  isOpen: false,
  ...stretch(from, to),
});

test("takes time once in which several steps are sampled, and counts what overlaps", () => {
  const spans = [
    span("collect", 0, 4),
    span("collect", 2, 6),
    span("evaluate", 5, 7),
    span("train", 4, 8),
    span("sync", 8, 9),
  ];
  expect(busyShares(spans, stretch(0, 10), [])).toEqual({
    wallSeconds: 10,
    samplers: 0.7,
    trainer: 0.4,
    both: expect.closeTo(0.3) as number,
    neither: expect.closeTo(0.2) as number,
  });
});

test("leaves out pauses, and what lies outside the stretch", () => {
  const spans = [span("collect", -10, 2), span("train", 12, 15), span("train", 18, 40)];
  const { wallSeconds, samplers, trainer, both, neither } = busyShares(spans, stretch(0, 20), [stretch(2, 12)]);
  expect([wallSeconds, samplers, trainer, both, neither]).toEqual([10, 0.2, 0.5, 0, expect.closeTo(0.3)]);
});

test("gives no shares of no time", () => {
  expect(busyShares([], stretch(5, 5), [])).toEqual({ wallSeconds: 0, samplers: 0, trainer: 0, both: 0, neither: 0 });
});
