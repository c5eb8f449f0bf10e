import { RlvrError } from "../../core/errors.ts";
import type { ChatMessage, ChatTemplateKwargs } from "../../core/chat.ts";
import type { Completion, CompletionRequest } from "../../policy/policy-client.ts";
import type { PolicyService } from "../services/policy-service.ts";

/** Somebody to talk to. */
export interface Partner {
  readonly name: string;
  /** Further variables of its chat template. */
  readonly chatTemplateKwargs?: ChatTemplateKwargs | undefined;
  readonly policy: Pick<PolicyService, "call" | "complete">;
}

/** How answers are sampled. */
export interface ChatSampling extends Pick<CompletionRequest, "stop" | "stopTokenIds"> {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  /** Most tokens of an answer. */
  readonly maxTokens: number;
  /** Of the first answer; each later one has the next. */
  readonly seed: number;
}

/** What a partner answered. */
export interface Answer {
  readonly name: string;
  readonly text: string;
  /** Its tokens; undefined of an answer that was cut off by the person. */
  readonly tokens: number | undefined;
  /** `stop`: it ended by itself. `length`: it was cut at the most tokens. `interrupted`: by the person. */
  readonly finishReason: Completion["finishReason"] | "interrupted";
}

/** What a partner was told and said so far. */
interface Side extends Partner {
  messages: ChatMessage[];
}

/** A conversation with one partner or several, each of which hears its own answers only. */
export class Conversation {
  readonly #sides: readonly Side[];
  readonly #sampling: ChatSampling;
  #system: string | undefined;
  #turns = 0;

  constructor(partners: readonly Partner[], sampling: ChatSampling, system: string | undefined) {
    this.#sides = partners.map((partner) => ({ ...partner, messages: [] }));
    this.#sampling = sampling;
    this.#system = system;
  }

  /** Begins anew, with a system prompt, or without one where that is empty; undefined keeps what there is. */
  reset(system?: string): void {
    if (system !== undefined) this.#system = system === "" ? undefined : system;
    for (const side of this.#sides) side.messages = [];
    this.#turns = 0;
  }

  /**
   * Asks every partner. What was asked and answered belongs to the conversation from then on, also when the signal cut it
   * off; not when a partner failed.
   * @param question its messages: what stands before the conversation, such as a template's examples, and last the user's.
   * @param onText told the text of a partner's answer so far.
   * @throws RlvrError `prompt_too_long` when the conversation leaves no room for an answer, and what a policy service throws.
   */
  async ask(
    question: readonly ChatMessage[],
    onText: (place: number, text: string) => void,
    signal: AbortSignal,
  ): Promise<readonly Answer[]> {
    const seed = this.#sampling.seed + this.#turns;
    const settled = await Promise.allSettled(
      this.#sides.map((side, place) => this.#answer(side, question, seed, (text) => onText(place, text), signal)),
    );
    const answers = settled.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
    for (const [place, side] of this.#sides.entries())
      side.messages.push(...question.slice(-1), { role: "assistant", content: answers[place]?.text ?? "" });
    this.#turns++;
    return answers;
  }

  /** A system prompt of the person's takes the place of a template's. */
  #withSystem(messages: readonly ChatMessage[]): ChatMessage[] {
    if (this.#system === undefined) return [...messages];
    return [{ role: "system", content: this.#system }, ...messages.filter(({ role }) => role !== "system")];
  }

  async #answer(
    { name, policy, messages, chatTemplateKwargs }: Side,
    question: readonly ChatMessage[],
    seed: number,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { maxTokens, ...sampling } = this.#sampling;
    const heard = this.#withSystem([...question.slice(0, -1), ...messages, ...question.slice(-1)]);
    let soFar = "";
    try {
      const { promptIds, room } = await policy.call(async (client) => {
        const tokenIds = await client.tokenize({ messages: heard, chatTemplateKwargs }, signal);
        return { promptIds: tokenIds, room: (await client.describe(signal)).maxModelLength - tokenIds.length };
      }, signal);
      if (room < 1) throw noRoom(promptIds.length);
      const request = { ...sampling, seed, n: 1, promptIds, maxTokens: Math.min(maxTokens, room) };
      const tell = (text: string): void => onText((soFar = text));
      const [completion] = await policy.complete({ ...request, onText: tell }, signal);
      const { text, tokenIds, finishReason } = completion as Completion;
      return { name, text, tokens: tokenIds.length, finishReason };
    } catch (error) {
      if (!signal.aborted) throw error;
      return { name, text: soFar, tokens: undefined, finishReason: "interrupted" };
    }
  }
}

function noRoom(tokens: number): RlvrError {
  return new RlvrError("prompt_too_long", `the conversation has ${tokens} tokens, which fills the policy's context`, {
    advice: "Begin anew with /reset.",
  });
}
