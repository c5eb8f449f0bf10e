import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test, vi } from "vitest";
import { RlvrError } from "../../core/errors.ts";
import type { Completion, CompletionRequest, PolicyClient } from "../../policy/policy-client.ts";
import { Conversation, type Partner } from "../../run/chat/conversation.ts";
import { chatAtTerminal } from "./chat-terminal.ts";

const sampling = { temperature: 0, topP: 1, topK: 0, maxTokens: 8, seed: 1 };

/** A partner who repeats what was said last, and never comes to an end of "for ever". */
function parrot(name: string): Partner {
  let heard = "";
  const client = {
    tokenize: async ({ messages }: { readonly messages: readonly { readonly content: string }[] }) => {
      heard = messages.at(-1)?.content ?? "";
      if (heard === "?") throw new RlvrError("bad_request", "no such character", { advice: "Another." });
      return [1];
    },
    describe: async () => ({ maxModelLength: 100 }),
  } as unknown as PolicyClient;
  return {
    name,
    policy: {
      call: (work) => work(client),
      complete: async ({ onText }: CompletionRequest, signal?: AbortSignal) => {
        onText?.(`${name} says ${heard}`);
        if (heard === "for ever")
          await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
        return [{ text: `${name} says ${heard}`, tokenIds: [1, 2], finishReason: "stop" } as unknown as Completion];
      },
    },
  };
}

function open(partners: readonly Partner[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = "";
  output.setEncoding("utf8").on("data", (text: string) => (shown += text));
  const screen = Object.assign(output, { columns: 100, rows: 20, isTTY: true }) as unknown as NodeJS.WriteStream;
  const conversation = new Conversation(partners, sampling, undefined);
  const { signal } = new AbortController();
  const ended = chatAtTerminal(conversation, {
    input,
    output: screen,
    partners,
    messagesOf: (content) => [{ role: "user", content }],
    signal,
  });
  const see = (text: string): Promise<void> =>
    vi.waitFor(() => expect(stripVTControlCharacters(shown)).toContain(text), { timeout: 10_000 });
  return { type: (text: string) => input.write(text), see, ended };
}

test("shows answers side by side, goes on after a fault, and ends with /quit", async () => {
  const { type, see, ended } = open([parrot("tuned"), parrot("base")]);
  type("hello\r");
  await see("tuned says hello");
  await see("base says hello");
  type("?\r");
  await see("no such character");
  type("/rest\r");
  await see("/reset, /system, /quit");
  type("/quit\r");
  await expect(ended).resolves.toBeUndefined();
});

test("ends an answer at the first Ctrl-C, and the chat at the next", async () => {
  const { type, see, ended } = open([parrot("tuned")]);
  type("for ever\r");
  await see("tuned says for ever");
  process.emit("SIGINT");
  await see("(cut off)");
  type("\u0003");
  await expect(ended).resolves.toBeUndefined();
});
