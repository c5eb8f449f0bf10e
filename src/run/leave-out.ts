import type { Recipe } from "../config/recipe-schema.ts";
import { RlvrError } from "../core/errors.ts";
import type { PromptTemplate } from "../problems/template/prompt-template.ts";
import type { Connection } from "../tracking/database.ts";
import { eventsOfType } from "../tracking/events.ts";
import { problemsOfSet, type ProblemRow } from "../tracking/problem-sets.ts";
import type { RunRow } from "../tracking/runs.ts";
import type { EventLog } from "./event-log.ts";
import type { LeftOutProblem, ProblemsLeftOut } from "./events.ts";
import { problemRecord } from "./judge.ts";
import { leftOutText } from "./left-out-text.ts";
import type { PolicyService } from "./policy-service.ts";
import { longPrompts } from "./prompt-lengths.ts";

/** Problems told one by one. */
const TOLD = 5;
/** Characters of a problem by which a person knows it. */
const SHOWN = 60;

/** A problem of a run with the prompt that it is asked by. */
export interface AskedProblem {
  readonly set: LeftOutProblem["set"];
  readonly row: ProblemRow;
  readonly prompt: string;
}

/** The problems of all sets of a run, those of the practice set first. */
export function askedProblems(db: Connection, run: RunRow, template: PromptTemplate): AskedProblem[] {
  const sets = [
    ["practice", run.practiceSetId],
    ["development", run.developmentSetId],
    ["test", run.testSetId],
  ] as const;
  return sets.flatMap(([set, id]) =>
    id === null ? [] : problemsOfSet(db, id).map((row) => ({ set, row, prompt: template(problemRecord(row)) })),
  );
}

/**
 * Finds the problems whose prompts leave a completion no room in the policy's context: hours into a run a server would
 * refuse them. What was left out once stays out when the run is resumed, whatever a server takes by then.
 * @returns the ids of the problems that the run leaves out.
 * @throws RlvrError `bad_problems` with the problems, where the recipe refuses them, or leaving them out leaves nothing of a
 * set; what the policy throws.
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
      "Leave such problems out with: problems.too_long: drop. Or lower sampling.max_tokens, or give the server more " +
      "(vLLM: --max-model-len).",
  });
}

function refuseEmptySets(event: ProblemsLeftOut, problems: readonly AskedProblem[], out: ReadonlySet<number>): void {
  for (const [set, all] of Map.groupBy(problems, (problem) => problem.set))
    if (all.every(({ row }) => out.has(row.id)))
      throw new RlvrError("bad_problems", `no problem of the ${set} set would be left: ${leftOutText(event)}`, {
        advice: "Lower sampling.max_tokens, or give the server more (vLLM: --max-model-len).",
      });
}

function shown(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}
