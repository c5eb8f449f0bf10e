import { expect, test } from "vitest";
import type { PipelinePhase, PipelineSpan } from "../../core/pipeline-span.ts";
import { timelineBars } from "./timeline-lanes.ts";

const span = (phase: PipelinePhase, step: number, from: number, to: number): PipelineSpan => ({
  phase,
  step,
  suite: null,
  isOpen: false,
  startedAt: new Date(from).toISOString(),
  finishedAt: new Date(to).toISOString(),
});

test("gives steps that are sampled at the same time a row each, and the next step the first that is free", () => {
  const spans = [span("collect", 1, 0, 100), span("collect", 2, 50, 200), span("collect", 3, 99, 300)];
  const { bars, rows } = timelineBars([...spans, span("train", 1, 100, 180)], 2);
  expect(rows).toEqual([2, 1, 1, 1, 1]);
  expect(bars.map(({ span: { phase, step }, row }) => [phase, step, row])).toEqual([
    ["collect", 1, 0],
    ["collect", 2, 1],
    ["collect", 3, 0],
    ["train", 1, 3],
  ]);
});

test("joins servers that are switched to the same weights at the same time, and no others", () => {
  const spans = [span("sync", 1, 0, 10), span("sync", 1, 5, 30), span("sync", 1, 40, 50), span("sync", 2, 50, 60)];
  const { bars } = timelineBars(spans, 0);
  expect(bars.map(({ span: { step }, from, to }) => [step, from, to])).toEqual([
    [1, 0, 30],
    [1, 40, 50],
    [2, 50, 60],
  ]);
});
