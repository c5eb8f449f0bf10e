import type { Recipe } from "../../config/recipe-schema.ts";
import { checkRun, type CheckedFork } from "../../run/check/check-run.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { showProgress } from "../progress-line.ts";
import { tellNote } from "../tell-note.ts";
import { checkText } from "./check-text.ts";

/**
 * Checks a recipe as {@link checkRun} does, and reports what was found; exit code 1 when a fault is in the way.
 * @param options.command what starts the run.
 */
export async function checkAndReport(options: {
  readonly recipe: Recipe;
  readonly databasePath: string;
  /** Of a run that would be a fork. */
  readonly fork?: CheckedFork;
  readonly command: string;
  readonly json: boolean;
}): Promise<void> {
  const { command, json, ...checked } = options;
  const interrupt = listenForInterrupt();
  let [stage, stages] = ["", 0];
  const hide = showProgress("checking", () => ({ share: stages / STAGES, numbers: stage }));
  try {
    const check = await checkRun({
      ...checked,
      onNote: tellNote,
      onStage: (text) => ([stage, stages] = [text, stages + 1]),
      signal: interrupt.signal,
    });
    hide();
    process.stdout.write(`${json ? JSON.stringify(check) : checkText(check, command)}\n`);
    if (check.findings.some(({ level }) => level === "fault")) process.exitCode = 1;
  } finally {
    hide();
    interrupt.release();
  }
}

/** Stages of a check. */
const STAGES = 4;
