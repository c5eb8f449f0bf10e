import { createLogUpdate } from "log-update";
import type { RunEvent } from "../../run/events.ts";
import { liveView } from "./live-view.ts";
import { plainLine } from "./plain-line.ts";
import { advance, NO_PROGRESS } from "./progress.ts";

/** Shows a run while it works. */
export interface RunView {
  listen(event: RunEvent): void;
  /** Leaves the last picture standing. */
  close(): void;
}

const REDRAW_MS = 100;

/** The view that fits where the output goes: JSON Lines, a live picture on a terminal, one line a step elsewhere. */
export function createRunView(json: boolean): RunView {
  if (json)
    return { listen: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`), close: () => undefined };
  return process.stdout.isTTY ? createLiveView() : createPlainView();
}

function createPlainView(): RunView {
  let steps = 0;
  return {
    listen(event) {
      if ("steps" in event) steps = event.steps;
      const line = plainLine(event, steps);
      if (line !== undefined) process.stdout.write(`${line}\n`);
    },
    close: () => undefined,
  };
}

function createLiveView(): RunView {
  const log = createLogUpdate(process.stdout);
  const started = performance.now();
  let progress = NO_PROGRESS;
  const draw = (): void => log(liveView(progress, (performance.now() - started) / 1000));
  const timer = setInterval(draw, REDRAW_MS);
  return {
    listen(event) {
      progress = advance(progress, event);
    },
    close() {
      clearInterval(timer);
      draw();
      log.done();
    },
  };
}
