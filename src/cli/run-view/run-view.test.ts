import { EventEmitter } from "node:events";
import type { WriteStream } from "node:tty";
import { Terminal } from "@xterm/headless";
import { expect, test } from "vitest";
import type { RunEvent } from "../../run/events.ts";
import { NO_PROGRESS } from "./progress.ts";
import { createLiveView } from "./run-view.ts";

/** A terminal emulator in the place of stdout, and what stands on its screen. */
function fakeTerminal(columns: number, rows: number) {
  const emulator = new Terminal({ cols: columns, rows, scrollback: 1000, convertEol: true, allowProposedApi: true });
  const written: Promise<void>[] = [];
  const stream = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns,
    rows,
    hasColors: () => true,
    write(text: string): boolean {
      written.push(new Promise((resolve) => emulator.write(text, resolve)));
      return true;
    },
  });
  return {
    stream: stream as unknown as WriteStream,
    /** Lines of the screen, and how many have scrolled off it. */
    async screen(): Promise<{ lines: string[]; scrolled: number }> {
      await Promise.all(written);
      const { active } = emulator.buffer;
      const lines = Array.from(
        { length: emulator.rows },
        (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? "",
      );
      return { lines, scrolled: active.baseY };
    },
    async resize(width: number, height: number): Promise<void> {
      await Promise.all(written);
      emulator.resize(width, height);
      Object.assign(stream, { columns: width, rows: height });
      stream.emit("resize");
    },
  };
}

const ARMS = Object.fromEntries(Array.from({ length: 40 }, (_, arm) => [`arm number ${arm}`, arm / 40]));
const EVENTS: RunEvent[] = [
  { type: "run_started", runId: 7, name: "demo", steps: 10, seed: 1, database: "x.db" },
  { type: "step_started", step: 1, groups: 4, policyVersion: 0, probabilities: ARMS },
  { type: "group_finished", step: 1, done: 1, total: 4 },
  {
    type: "step_finished",
    step: 1,
    progress: 0.1,
    policyVersion: 1,
    reward: 0.5,
    passRate: 0.5,
    passRateByArm: ARMS,
    draws: {},
    zeroVariance: 0.5,
    cliffs: 1,
    length: { mean: 100, max: 200, cut: 0.1 },
    staleness: null,
    rollouts: 32,
    trained: 16,
    dropped: {},
    droppedGroups: {},
    missing: { verdicts: 3, verifier: "math", error: `Error: ${"long ".repeat(60)}` },
    scaffold: { hinted: 1 },
    tokens: { sampled: 3200, hints: 0 },
    tokensPerSecond: 900,
    teacherKl: null,
    train: { loss: 0.1, gradient_norm: 0.2, entropy: 0.3, clip_fraction: 0.01 },
    seconds: { collect: 1 },
    wallSeconds: null,
  },
  { type: "alarm", step: 1, alarm: "cut_off", message: "m ".repeat(200), metric: "length.cut", value: 1, limit: 0.5 },
];

test("on a terminal of 80x24 every frame stands whole on the screen, and nothing scrolls", async () => {
  const terminal = fakeTerminal(80, 24);
  const live = createLiveView(terminal.stream, NO_PROGRESS);
  for (const event of EVENTS) {
    live.listen(event);
    terminal.stream.emit("resize");
    const { lines, scrolled } = await terminal.screen();
    expect(scrolled).toBe(0);
    expect(lines.filter((line) => /step \d+ of \d+/.test(line))).toHaveLength(1);
  }
  live.close();
  const { lines, scrolled } = await terminal.screen();
  expect(scrolled).toBe(0);
  expect(lines[0]).toMatch(/^demo run 7/);
  expect(lines.join("\n")).toMatch(/and 3\d more/);
  expect(lines[22]).not.toBe("");
  expect(lines[23]).toBe("");
});

test("the picture follows the terminal's size, and leaves nothing of the old one", async () => {
  const terminal = fakeTerminal(80, 24);
  const live = createLiveView(terminal.stream, NO_PROGRESS);
  for (const event of EVENTS) live.listen(event);
  terminal.stream.emit("resize");
  for (const [columns, rows] of [
    [50, 24],
    [120, 40],
    [60, 12],
  ] as const) {
    await terminal.resize(columns, rows);
    const { lines } = await terminal.screen();
    expect(lines.filter((line) => line.includes("demo run 7"))).toHaveLength(1);
    expect(lines.filter((line) => /step 1 of 10/.test(line))).toHaveLength(1);
  }
  live.close();
});

test("what a person is told stands in the picture", async () => {
  const terminal = fakeTerminal(80, 24);
  const live = createLiveView(terminal.stream, NO_PROGRESS);
  live.note("Ending tidily; press Ctrl-C again to stop at once.");
  live.close();
  expect((await terminal.screen()).lines.join("\n")).toContain("Ending tidily");
});
