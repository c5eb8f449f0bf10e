import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import type { WriteStream } from "node:tty";
import { createLogUpdate } from "log-update";
import stringWidth from "string-width";
import type { RunEvent } from "../../run/events.ts";
import { plainLine } from "./plain-line.ts";
import { advance, withNote, type Progress } from "./progress.ts";
import { view } from "./view.ts";

/** Shows a run while it works. */
export interface RunView {
  listen(event: RunEvent): void;
  /** Tells a person something that is no event. */
  note(text: string): void;
  /** Leaves the last picture standing. */
  close(): void;
}

const REDRAW_MS = 100;

/**
 * The view that fits where the output goes: JSON Lines, a live picture on a terminal, one line a step elsewhere,
 * in CI and on a terminal without a size.
 * @param history what the run did before, for the picture.
 */
export function createRunView(json: boolean, history: () => Progress): RunView {
  const note = (text: string): void => void process.stderr.write(`${text}\n`);
  if (json)
    return { listen: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`), note, close: () => undefined };
  const { CI, TERM } = process.env;
  // A terminal of a container or a serial line may not know its size, and says 0.
  const hasSize = process.stdout.columns > 0 && process.stdout.rows > 0;
  const isLive = process.stdout.isTTY && hasSize && (CI ?? "") === "" && TERM !== "dumb";
  return isLive ? createLiveView(process.stdout, history()) : createPlainView(note);
}

function createPlainView(note: (text: string) => void): RunView {
  let steps = 0;
  return {
    listen(event) {
      if ("steps" in event) steps = event.steps;
      const line = plainLine(event, steps);
      if (line !== undefined) process.stdout.write(`${line}\n`);
    },
    note,
    close: () => undefined,
  };
}

/** The picture on a terminal, drawn anew ten times a second and when the terminal changes its size. */
export function createLiveView(terminal: WriteStream, history: Progress): RunView {
  const log = createLogUpdate(terminal);
  const started = performance.now();
  let progress = history;
  let drawn = "";
  const draw = (): void => {
    // The line below the picture is the cursor's: a picture of all lines would scroll.
    const screen = { columns: terminal.columns, rows: Math.max(1, terminal.rows - 1), colour: terminal.hasColors() };
    drawn = view(progress, screen, (performance.now() - started) / 1000);
    log(drawn);
  };
  const onResize = (): void => {
    // A narrower terminal has wrapped the old picture: it takes more lines now than log-update knows of.
    const lines = drawn
      .split("\n")
      .reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / terminal.columns)), 0);
    moveCursor(terminal, 0, -Math.min(lines, terminal.rows - 1));
    cursorTo(terminal, 0);
    clearScreenDown(terminal);
    log.done();
    draw();
  };
  const timer = setInterval(draw, REDRAW_MS);
  terminal.on("resize", onResize);
  return {
    listen(event) {
      progress = advance(progress, event);
    },
    note(text) {
      progress = withNote(progress, text);
    },
    close() {
      clearInterval(timer);
      terminal.off("resize", onResize);
      draw();
      log.done();
    },
  };
}
