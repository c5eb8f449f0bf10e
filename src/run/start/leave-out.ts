import type { Recipe } from "../../config/recipe-schema.ts";
import type { Conversation } from "../../core/chat.ts";
import { RlvrError } from "../../core/errors.ts";
import type { Connection } from "../../tracking/database.ts";
import { eventsOfType } from "../../tracking/events.ts";
import { problemsOfSet, type ProblemRow } from "../../tracking/problem-sets.ts";
import type { RunRow } from "../../tracking/runs.ts";
import type { EventLog } from "../event-log.ts";
import type { LeftOutProblem, ProblemsLeftOut } from "../events.ts";
import { problemRecord } from "../scoring/judge.ts";
import { ofSource, type SourceTemplates } from "../run-sources.ts";
import { leftOutText } from "./left-out-text.ts";
import type { PolicyService } from "../services/policy-service.ts";
import { longPrompts } from "./prompt-lengths.ts";

/** Problems named in messages. */
const TOLD = 5;
/** Characters of a problem shown in messages. */
const SHOWN = 60;

/** A problem of a run with the prompt that it is asked by. */
export interface AskedProblem {
  readonly set: LeftOutProblem["set"];
  readonly row: ProblemRow;
  readonly prompt: Conversation;
}

/** The problems of all sets of a run, those of the practice set first. */
export function askedProblems(db: Connection, run: RunRow, templates: SourceTemplates): AskedProblem[] {
  const sets = [
    ["practice", run.practiceSetId],
    ["development", run.developmentSetId],
    ["test", run.testSetId],
  ] as const;
  const promptOf = (row: ProblemRow): Conversation => {
    const { render, chatTemplateKwargs } = ofSource(templates, row.source);
    return { messages: render(problemRecord(row)), chatTemplateKwargs };
  };
  return sets.flatMap(([set, id]) =>
    id === null ? [] : problemsOfSet(db, id).map((row) => ({ set, row, prompt: promptOf(row) })),
  );
}

/**
 * Finds the problems whose prompts leave no room for a completion in the policy's context; a server would refuse them hours
 * into the run. A resumed run leaves out the same problems, even if the server's context has changed.
 * @returns the ids of the problems that the run leaves out.
 * @throws RlvrError `bad_problems` that names them, where the recipe refuses them or nothing of a set would be left; what the
 * policy throws.
 */
export async function leaveOutTooLong(
  {
    db,
    run,
    recipe,
    emit,
  }: { readonly db: Connection; readonly run: RunRow; readonly recipe: Recipe } & Pick<EventLog, "emit">,
  policy: Pick<PolicyService, "call" | "maxModelLength">,
  problems: readonly AskedProblem[],
  signal: AbortSignal,
): Promise<ReadonlySet<number>> {
  const isDropping = recipe.problems.too_long === "drop";
  if (isDropping) {
    const known = leftOut(db, run.id);
    if (known !== undefined) return known;
  }
  const { max_tokens: maxTokens } = recipe.sampling;
  const prompts = problems.map(({ prompt }) => prompt);
  const long = (await longPrompts(policy, prompts, maxTokens, signal)).flatMap(({ place, tokens }) => {
    const problem = problems[place];
    return problem === undefined ? [] : [{ ...problem, tokens }];
  });
  const event: ProblemsLeftOut = {
    type: "problems_left_out",
    reason: "too_long",
    measured: problems.length,
    maxModelLength: policy.maxModelLength,
    maxTokens,
    ids: [...new Set(long.map(({ row }) => row.id))],
    first: long
      .slice(0, TOLD)
      .map(({ set, row, tokens }) => ({ set, key: row.key, tokens, problem: shown(row.problem) })),
  };
  if (!isDropping && long.length > 0) throw tooLong(event);
  if (isDropping) {
    refuseEmptySets(event, problems, new Set(event.ids));
    emit(event);
  }
  return new Set(event.ids);
}

/** Ids of the problems that a run leaves out; undefined where none were looked for. */
export function leftOut(db: Connection, runId: number): ReadonlySet<number> | undefined {
  const [event] = eventsOfType(db, runId, "problems_left_out", 1);
  return event && new Set((event.data as ProblemsLeftOut).ids);
}

function tooLong(event: ProblemsLeftOut): RlvrError {
  return new RlvrError("bad_problems", leftOutText(event), {
    advice:
      "Drop such problems (problems.too_long: drop), lower sampling.max_tokens, or give the server a longer context " +
      "(vLLM: --max-model-len).",
  });
}

function refuseEmptySets(event: ProblemsLeftOut, problems: readonly AskedProblem[], out: ReadonlySet<number>): void {
  for (const all of Map.groupBy(problems, ({ set, row }) => JSON.stringify([set, row.source])).values()) {
    const [first] = all;
    if (first === undefined || all.some(({ row }) => !out.has(row.id))) continue;
    const of = first.row.source === null ? "" : ` of the source ${first.row.source}`;
    throw new RlvrError(
      "bad_problems",
      `no problem of the ${first.set} set${of} would be left: ${leftOutText(event)}`,
      {
        advice: "Lower sampling.max_tokens, or give the server a longer context (vLLM: --max-model-len).",
      },
    );
  }
}

function shown(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}
