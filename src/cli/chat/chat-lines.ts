import type { ChatMessage } from "../../core/chat.ts";
import type { Answer, Conversation } from "../../run/chat/conversation.ts";
import { writeOut } from "../output.ts";
import { printable } from "../printable.ts";
import { readChatInput } from "./chat-commands.ts";

/** How a chat without a person at a terminal goes. */
export interface ChatLines {
  /** Each a question or a command, in their order. */
  readonly lines: Iterable<string> | AsyncIterable<string>;
  readonly json: boolean;
  /** Makes the messages of a question, the user's last. */
  readonly messagesOf: (question: string) => readonly ChatMessage[];
  readonly signal: AbortSignal;
}

/**
 * Puts lines to a conversation and prints the answers: text, under their names where there are several, or JSON, a line a
 * question. Ends at the first error, which is thrown.
 */
export async function chatByLines(conversation: Conversation, chat: ChatLines): Promise<void> {
  for await (const line of chat.lines) {
    const input = readChatInput(line);
    if (input.kind === "quit") return;
    if (input.kind === "reset") conversation.reset();
    if (input.kind === "system") conversation.reset(input.text);
    if (input.kind !== "question") continue;
    const answers = await conversation.ask(chat.messagesOf(input.text), () => undefined, chat.signal);
    chat.signal.throwIfAborted();
    await writeOut(`${chat.json ? answersJson(input.text, answers) : answersText(answers)}\n`);
  }
}

function answersJson(question: string, answers: readonly Answer[]): string {
  const told = answers.map(({ name, text, tokens, finishReason }) => ({
    name,
    text,
    tokens,
    finish_reason: finishReason,
  }));
  return JSON.stringify({ question, answers: told });
}

function answersText(answers: readonly Answer[]): string {
  const texts = answers.map(({ name, text }) => ({ name, text: printable(text.trim().replaceAll("\t", "  ")) }));
  return texts.length === 1 ? (texts[0]?.text ?? "") : texts.map(({ name, text }) => `${name}:\n${text}\n`).join("\n");
}
