import type { ChatMessage } from "../../core/chat.ts";
import { createInterface } from "node:readline";
import { createLogUpdate } from "log-update";
import type { Conversation, Partner } from "../../run/chat/conversation.ts";
import { describeError } from "../describe-error.ts";
import { isRlvrError } from "../../core/errors.ts";
import { CHAT_HELP, readChatInput, type ChatInput } from "./chat-commands.ts";
import { chatView, type ShownAnswer } from "./chat-view.ts";

/** A chat at a terminal. */
export interface ChatTerminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WriteStream;
  readonly partners: readonly Pick<Partner, "name">[];
  /** Makes the messages of a question, the user's last. */
  readonly messagesOf: (question: string) => readonly ChatMessage[];
  /** Ends the chat, also in the middle of an answer. */
  readonly signal: AbortSignal;
}

/** Redraws of an answer a second, at the most. */
const REDRAW_MS = 50;
const PROMPT = "> ";

/**
 * Holds a conversation at a terminal until the person ends it: /quit, Ctrl-D, or Ctrl-C where no answer is under way, which
 * that would end. What goes wrong with one question is told, and the chat goes on.
 */
export async function chatAtTerminal(conversation: Conversation, terminal: ChatTerminal): Promise<void> {
  const { output, signal } = terminal;
  output.write(`Talking to ${terminal.partners.map(({ name }) => name).join(" and ")}. ${CHAT_HELP}\n\n`);
  const history: string[] = [];
  while (!signal.aborted) {
    const line = await askLine(terminal, history);
    if (line === undefined) return;
    try {
      const input = readChatInput(line);
      if (input.kind === "quit") return;
      await obey(input, conversation, terminal);
    } catch (error) {
      if (!isRlvrError(error)) throw error;
      output.write(`${describeError(error)}\n`);
    }
    output.write("\n");
  }
}

async function obey(input: ChatInput, conversation: Conversation, terminal: ChatTerminal): Promise<void> {
  if (input.kind === "question") return answer(input.text, conversation, terminal);
  if (input.kind === "reset") conversation.reset();
  if (input.kind !== "system") return;
  conversation.reset(input.text);
  terminal.output.write(
    input.text === "" ? "No system prompt from now on.\n" : "That is the system prompt from now on.\n",
  );
}

/** A line that a person types; undefined when they end the chat. */
function askLine({ input, output, signal }: ChatTerminal, history: string[]): Promise<string | undefined> {
  const readline = createInterface({ input, output, terminal: true, history, prompt: PROMPT });
  return new Promise((resolve) => {
    const end = (line?: string): void => {
      signal.removeEventListener("abort", onAbort);
      resolve(line);
      readline.close();
    };
    const onAbort = (): void => end();
    signal.addEventListener("abort", onAbort, { once: true });
    readline.once("line", (line) => {
      if (line.trim() !== "") history.unshift(line);
      end(line);
    });
    readline.once("SIGINT", () => end());
    readline.once("close", () => end());
    readline.prompt();
  });
}

/** Asks, and shows the answers as they grow. Ctrl-C ends them. */
async function answer(question: string, conversation: Conversation, terminal: ChatTerminal): Promise<void> {
  const { output, partners, signal } = terminal;
  const shown: ShownAnswer[] = partners.map(({ name }) => ({ name, text: "" }));
  const screen = (rows: number) => ({ columns: output.columns ?? 80, rows, colour: output.hasColors?.() ?? false });
  const log = createLogUpdate(output);
  const timer = setInterval(() => log(chatView(shown, screen(Math.max(1, (output.rows ?? 24) - 2)))), REDRAW_MS);
  const cut = new AbortController();
  const onInterrupt = (): void => cut.abort();
  process.on("SIGINT", onInterrupt);
  try {
    const answers = await conversation.ask(
      terminal.messagesOf(question),
      (place, text) => (shown[place] = { name: partners[place]?.name ?? "", text }),
      AbortSignal.any([signal, cut.signal]),
    );
    clearInterval(timer);
    log.clear();
    output.write(`${chatView(answers, screen(Infinity))}\n`);
    if (cut.signal.aborted) output.write("(cut off)\n");
  } finally {
    clearInterval(timer);
    log.clear();
    log.done();
    process.off("SIGINT", onInterrupt);
  }
}
