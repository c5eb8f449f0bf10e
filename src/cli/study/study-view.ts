import { createLogUpdate } from "log-update";
import { styleText } from "node:util";
import { oneLine, printable } from "../printable.ts";
import { bar, duration } from "../run-view/format.ts";
import type { StudyEvent } from "./events.ts";
import { shareDone } from "../../run/progress.ts";
import { advanceStudy, NO_STUDY_PROGRESS, workOf, type StudyProgress } from "./progress.ts";

/** Shows a study while it works. */
export interface StudyView {
  listen(event: StudyEvent): void;
  /** Leaves the last picture standing. */
  close(): void;
}

const REDRAW_MS = 200;

/** The view that fits where the output goes: JSON Lines, a live picture on a terminal, one line a finished run elsewhere. */
export function createStudyView(json: boolean): StudyView {
  if (json)
    return { listen: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`), close: () => undefined };
  return process.stdout.isTTY ? createLiveView() : createPlainView();
}

function createPlainView(): StudyView {
  let progress = NO_STUDY_PROGRESS;
  return {
    listen(event) {
      progress = advanceStudy(progress, event);
      const line = studyLine(progress, event);
      if (line !== undefined) process.stdout.write(`${line}\n`);
    },
    close: () => undefined,
  };
}

function createLiveView(): StudyView {
  const log = createLogUpdate(process.stdout);
  const started = performance.now();
  let progress = NO_STUDY_PROGRESS;
  const draw = (): void => log(liveStudy(progress, (performance.now() - started) / 1000));
  const timer = setInterval(draw, REDRAW_MS);
  return {
    listen(event) {
      progress = advanceStudy(progress, event);
    },
    close() {
      clearInterval(timer);
      draw();
      log.done();
    },
  };
}

/**
 * The live view of a study as text. Pure.
 * @param seconds since this process began to work on it.
 */
export function liveStudy(progress: StudyProgress, seconds: number): string {
  const { study, jobs, done, failed, running, notes } = progress;
  const work = workOf(progress);
  const eta = work.done > 0 ? `, about ${duration((seconds / work.done) * work.left)} to go` : "";
  const width = Math.max(0, ...running.map(({ job }) => job.length));
  return [
    ...notes.map((note) => styleText("yellow", oneLine(note))),
    `${styleText("bold", study)}  ${bar(jobs === 0 ? 0 : done / jobs, 30)} ${done} of ${jobs} runs` +
      (failed > 0 ? styleText("red", `, ${failed} failed`) : "") +
      styleText("dim", `  ${duration(seconds)}${eta}`),
    ...running.map((job) => {
      const budget = job.tokenBudget === null ? "" : ` of ${count(job.tokenBudget)}`;
      const steps = job.tokenBudget === null ? ` of ${job.steps}` : "";
      const numbers = `step ${job.step}${steps}, ${count(job.tokens)}${budget} tokens`;
      return `${job.job.padEnd(width)}  ${bar(shareDone(job), 20)} ${styleText("dim", numbers)}`;
    }),
  ].join("\n");
}

/** The line that an event is worth where no terminal is, or undefined. */
export function studyLine({ jobs, done, failed }: StudyProgress, event: StudyEvent): string | undefined {
  const place = `[${done + failed}/${jobs}]`;
  switch (event.type) {
    case "study_started":
      return `study ${event.study}: ${jobs} runs, ${done} of them done, ${event.parallel} at a time, tracked in ${event.database}`;
    case "job_finished":
      return `${place} ${event.job} (run ${event.runId}): ${event.step} steps, ${count(event.tokens)} tokens, ${duration(event.seconds)}`;
    case "job_failed": {
      const stderr = event.stderr === "" ? "" : `\n${event.stderr.replaceAll(/^/gm, "    ")}`;
      return `${place} ${event.job} failed: ${event.reason}${printable(stderr)}`;
    }
    case "job_started":
    case "job_step":
    case "study_reported":
      return undefined;
  }
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
