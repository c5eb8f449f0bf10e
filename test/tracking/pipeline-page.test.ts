import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PipelineSpan } from "../../src/core/pipeline-span.ts";
import { pipelinePage } from "../../src/tracking/reads/pipeline-page.ts";
import { pipelineSpans } from "../../src/tracking/reads/pipeline-spans.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

const STEPS = 5;
const LATER = "2999-01-01T00:00:00.000Z";
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-timeline-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runOf = (name: string, depth: number): Promise<ScriptedRun> =>
  scriptedRun(join(folder, name), { steps: STEPS, pipeline: { depth }, evaluation: { every: 2, samples: 1 } });
const named = ({ phase, step, suite }: PipelineSpan): string =>
  [phase, step, ...(suite === null ? [] : [suite])].join(" ");

describe("the timeline of a run that samples ahead", () => {
  let run: ScriptedRun;
  beforeAll(async () => {
    run = await runOf("ahead", 1);
    await run.work();
  });

  test("has every phase of every step and every evaluation once, each with its beginning and end", () => {
    const { spans, pauses } = pipelineSpans(run.db, 1);
    const phases = ["collect", "credit", "train", "sync", "observe"];
    const wanted = Array.from({ length: STEPS }, (_, index) => phases.map((phase) => `${phase} ${index + 1}`)).flat();
    const evaluated = run.db.$client.prepare("SELECT 'evaluate ' || step || ' ' || suite FROM evals").pluck().all();
    expect(spans.map(named).sort()).toEqual([...wanted, ...(evaluated as string[])].sort());
    for (const { startedAt, finishedAt } of spans) expect(finishedAt >= startedAt).toBe(true);
    expect(pauses).toEqual([]);
  });

  test("is the same in SQL", () => {
    const rows = run.db.$client
      .prepare("SELECT phase, step, suite, finished_at AS finishedAt FROM v_pipeline WHERE run_id = 1")
      .all() as PipelineSpan[];
    const key = (span: PipelineSpan): string => `${named(span)} ${span.finishedAt}`;
    expect(rows.map(key).sort()).toEqual(pipelineSpans(run.db, 1).spans.map(key).sort());
    const turned = "SELECT count(*) FROM v_pipeline WHERE started_at > finished_at OR length(started_at) <> 24";
    expect(run.db.$client.prepare(turned).pluck().get()).toBe(0);
  });

  test("comes in pages of steps, newest first, that lie end to end and miss nothing", () => {
    const pages = [5, 3, 1].map((to) => pipelinePage(run.db, run.run(), to, 2, null));
    expect(pages.map(({ from, to }) => [from, to])).toEqual([
      [4, 5],
      [2, 3],
      [1, 1],
    ]);
    expect(pages[0]?.window?.startedAt).toBe(pages[1]?.window?.finishedAt);
    expect(pages[1]?.window?.startedAt).toBe(pages[2]?.window?.finishedAt);
    expect(pages.flatMap(({ steps }) => steps.map(({ step }) => step))).toEqual([5, 4, 3, 2, 1]);
    expect(pages.flatMap(({ steps }) => steps.map(({ maxStaleness }) => maxStaleness))).toEqual([1, 1, 1, 1, 0]);
    const shown = new Set(pages.flatMap(({ spans }) => spans.map(named)));
    // What took less than the clock tells falls between two pages.
    const all = pipelineSpans(run.db, 1).spans.filter(({ startedAt, finishedAt }) => finishedAt > startedAt);
    expect(all.map(named).filter((name) => !shown.has(name))).toEqual([]);
    expect(pipelinePage(run.db, run.run(), undefined, 2, null)).toEqual(pages[0]);
    expect(pipelinePage(run.db, run.run(), 99, 2, null)).toEqual(pages[0]);
  });

  test("counts the time of each step once: the steps add up to no more than the run", () => {
    const { spans } = pipelineSpans(run.db, 1);
    const { steps, window } = pipelinePage(run.db, run.run(), undefined, STEPS, null);
    const sum = steps.reduce((total, { wallSeconds }) => total + (wallSeconds ?? NaN), 0);
    expect(sum).toBeLessThanOrEqual((Date.parse(window!.finishedAt) - Date.parse(window!.startedAt)) / 1000);
    expect(spans.at(-1)?.finishedAt).toBe(window!.finishedAt);
  });
});

test("the timeline of a killed run shows what goes on while a process works, and leaves out the pause after", async () => {
  const run = await runOf("killed", 1);
  const seen: PipelineSpan[][] = [];
  const killed = run.work({
    listen(event) {
      if (event.type !== "phase_started" || event.phase !== "train" || event.step !== 3) return;
      seen.push(pipelinePage(run.db, run.run(), undefined, 10, LATER).spans.filter(({ isOpen }) => isOpen));
      throw new Error("killed");
    },
  });
  await expect(killed).rejects.toThrow("killed");
  const open = seen[0]!.map(named);
  expect(open).toContain("train 3");
  expect(open).toContain("collect 4");
  expect(seen[0]!.every(({ finishedAt }) => finishedAt === LATER)).toBe(true);
  const stopped = pipelinePage(run.db, run.run(), undefined, 10, null);
  expect(stopped.spans.some(({ isOpen }) => isOpen)).toBe(false);
  await run.work();
  const { spans, pauses } = pipelinePage(run.db, run.run(), undefined, 10, null);
  expect(pauses).toHaveLength(1);
  const [pause] = pauses;
  expect(spans.filter((span) => span.startedAt < pause!.startedAt && span.finishedAt > pause!.finishedAt)).toEqual([]);
  expect(spans.filter(({ phase, step }) => phase === "train" && step === 3)).toHaveLength(1);
});

test("a run that has not begun has no timeline", async () => {
  const run = await runOf("new", 0);
  expect(pipelinePage(run.db, run.run(), undefined, 10, null)).toMatchObject({
    last: 0,
    window: null,
    spans: [],
    steps: [],
  });
});
