import { RlvrError, isRlvrError } from "../core/errors.ts";
import type { Problem } from "../problems/problem.ts";
import { runAll } from "../sampling/run-all.ts";
import type { Database } from "../tracking/database.ts";
import { findTeacherCall, storeTeacherCall } from "../tracking/teacher-calls.ts";
import { dialogue, type Message, type Outcome } from "./dialogue.ts";
import { estimateCost, type Estimate, type Prices } from "./estimate.ts";
import type { TeacherAnswer } from "./teacher-answer.ts";
import type { TeacherPrompts } from "./teacher-prompts.ts";
import { teacherRequest, type TeacherSettings } from "./teacher-request.ts";
import type { Teacher } from "./teacher.ts";

/** How hints are asked for. */
export interface HintSettings extends TeacherSettings {
  readonly prompts: TeacherPrompts;
  /** How often an answer that cannot be used is asked for again. */
  readonly retries: number;
}

/** A dialogue as far as it has come. Problems that lead to the same messages share one. */
interface Thread {
  readonly steps: Generator<readonly Message[], Outcome, TeacherAnswer>;
  turn: IteratorResult<readonly Message[], Outcome>;
  answers: number;
}

/** Work on a set of problems: what earlier answers settle is done, the rest is known. */
export interface HintPlan {
  /** The dialogue of each problem, in order. */
  readonly threads: readonly Thread[];
  /** Answers that were read from the database. */
  readonly cached: number;
}

/** What asking has come to so far. */
export interface HintProgress {
  /** Dialogues that have ended, and all of them. */
  readonly done: number;
  readonly total: number;
  readonly refused: number;
  /** Calls that were answered. */
  readonly calls: number;
  /** Tokens of those calls, as far as the server told. */
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** With so many refused requests and none answered, it is not the problems' fault. */
const FIRST_REJECTED = 8;

/** Starts a dialogue about each problem and takes it as far as stored answers lead. Asks nothing. */
export function planHints(db: Database, problems: readonly Problem[], settings: HintSettings): HintPlan {
  const known = new Map<string, Thread>();
  const threads = problems.map((problem) => {
    const steps = dialogue(problem, settings);
    const turn = steps.next();
    const key = JSON.stringify(turn.value);
    const thread = known.get(key) ?? { steps, turn, answers: 0 };
    known.set(key, thread);
    return thread;
  });
  let cached = 0;
  for (const thread of known.values()) {
    while (!thread.turn.done) {
      const answer = storedAnswer(db, settings, thread.turn.value);
      if (answer === undefined) break;
      cached++;
      take(thread, answer);
    }
  }
  return { threads, cached };
}

/** What the calls that a plan still needs will cost. */
export function estimateOf(plan: HintPlan, { retries }: HintSettings, prices: Prices | undefined): Estimate {
  const calls = openThreads(plan).flatMap(({ turn, answers }) =>
    turn.done ? [] : [{ messages: turn.value, retries: retries - answers }],
  );
  return estimateCost(calls, prices);
}

/**
 * Leads every dialogue of a plan to its end. Each answer is stored as it comes, so that after any end of the process a
 * new plan goes on from there.
 * @throws RlvrError `interrupted` when the signal aborted, after the answers that were under way; else what the teacher
 * throws, but for problems that it refuses while it answers others.
 */
export async function carryOut(
  db: Database,
  plan: HintPlan,
  teacher: Teacher,
  options: {
    readonly concurrency: number;
    readonly signal: AbortSignal;
    readonly onProgress: (progress: HintProgress) => void;
  },
): Promise<HintProgress> {
  const open = openThreads(plan);
  let rejected = 0;
  let progress: HintProgress = {
    done: 0,
    total: open.length,
    refused: 0,
    calls: 0,
    promptTokens: 0,
    completionTokens: 0,
  };
  const advance = (change: (before: HintProgress) => Partial<HintProgress>): void => {
    progress = { ...progress, ...change(progress) };
    options.onProgress(progress);
  };
  const tasks = open.map((thread) => async (): Promise<void> => {
    while (!thread.turn.done) {
      options.signal.throwIfAborted();
      try {
        const { request, text, finishReason, ...tokens } = await teacher.ask(thread.turn.value);
        const { sha256, json, body } = request;
        storeTeacherCall(db, { sha256, model: body.model, request: json, response: text, finishReason, ...tokens });
        advance(({ calls, promptTokens, completionTokens }) => ({
          calls: calls + 1,
          promptTokens: promptTokens + (tokens.promptTokens ?? 0),
          completionTokens: completionTokens + (tokens.completionTokens ?? 0),
        }));
        take(thread, { text, finishReason });
      } catch (error) {
        // A request that is refused while others are answered is at fault itself, such as by its length.
        if (!isRlvrError(error) || error.code !== "bad_request") throw error;
        rejected++;
        const isAnswering = progress.calls + plan.cached > 0;
        if (!isAnswering && rejected >= Math.min(FIRST_REJECTED, open.length)) throw error;
        thread.turn = { done: true, value: { reason: "rejected", detail: error.message } };
      }
    }
    const { value } = thread.turn;
    advance(({ done, refused }) => ({ done: done + 1, refused: refused + ("reason" in value ? 1 : 0) }));
  });
  try {
    await runAll(tasks, options);
  } catch (error) {
    if (!options.signal.aborted) throw error;
    throw new RlvrError("interrupted", `interrupted after ${progress.done} of ${progress.total} problems`, {
      advice: "Every answer is kept: run the same command again to go on.",
      cause: error,
    });
  }
  return progress;
}

/** What came of each problem of a plan that was carried out, in order. */
export function outcomesOf(plan: HintPlan): Outcome[] {
  return plan.threads.map(({ turn }) => {
    if (!turn.done) throw new Error("a dialogue has not ended");
    return turn.value;
  });
}

function openThreads({ threads }: HintPlan): Thread[] {
  return [...new Set(threads)].filter(({ turn }) => !turn.done);
}

function take(thread: Thread, answer: TeacherAnswer): void {
  thread.turn = thread.steps.next(answer);
  thread.answers++;
}

/** A stored answer to messages, whichever form the teacher was asked in. */
function storedAnswer(db: Database, settings: HintSettings, messages: readonly Message[]): TeacherAnswer | undefined {
  for (const form of ["schema", "prompt"] as const) {
    const call = findTeacherCall(db, teacherRequest(settings, messages, form).sha256);
    if (call !== undefined) return { text: call.response, finishReason: call.finishReason };
  }
  return undefined;
}
