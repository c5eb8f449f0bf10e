import type { Problem } from "../problems/problem.ts";
import { judgeAnswer, type Hints, type Judgement, type TeacherAnswer } from "./teacher-answer.ts";
import type { TeacherPrompts } from "./teacher-prompts.ts";

/** One message of a dialogue. There is no system's: not every model's chat template takes one. */
export interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** Why a problem is left without hints: its last answer's fault, or the server would not take the request. */
export type RefusalReason = "leak" | "malformed" | "rejected";

/** How a dialogue about a problem ended. */
export type Outcome = { readonly hints: Hints } | { readonly reason: RefusalReason; readonly detail: string };

/**
 * The dialogue with a teacher about one problem: yields the messages to send, takes the answer, and returns what came
 * of it. An answer that cannot be used is asked for again with what is wrong with it, up to `retries` times. Pure: the
 * same answers lead to the same messages, so a dialogue is taken up again by giving it its answers once more.
 */
export function* dialogue(
  problem: Problem,
  { prompts, retries }: { readonly prompts: TeacherPrompts; readonly retries: number },
): Generator<readonly Message[], Outcome, TeacherAnswer> {
  const messages: Message[] = [{ role: "user", content: prompts.ask(problem) }];
  for (let retry = 0; ; retry++) {
    const answer = yield [...messages];
    const judgement: Judgement = judgeAnswer(answer, problem);
    if ("hints" in judgement) return judgement;
    const { reason, complaint } = judgement;
    if (retry === retries) return { reason, detail: complaint };
    messages.push(
      // Some servers refuse a message without text.
      { role: "assistant", content: answer.text.trim() === "" ? "(nothing)" : answer.text },
      { role: "user", content: prompts.askAgain(complaint) },
    );
  }
}
