import { expect, test } from "vitest";
import type { ChatMessage } from "../../core/chat.ts";
import type { Completion, CompletionRequest, PolicyClient } from "../../policy/policy-client.ts";
import { Conversation, type Partner } from "./conversation.ts";

const sampling = { temperature: 0.5, topP: 0.9, topK: 3, maxTokens: 50, seed: 7 };

/** A partner who answers with how many messages there were, each of them a token of a context of so many. */
function counter(context = 100) {
  const [heard, asked]: [ChatMessage[][], CompletionRequest[]] = [[], []];
  const client = {
    tokenize: async ({ messages }: { messages: ChatMessage[] }) => {
      heard.push(messages);
      return messages.map((_, place) => place);
    },
    describe: async () => ({ maxModelLength: context }),
  } as unknown as PolicyClient;
  const policy: Partner["policy"] = {
    call: (work) => work(client),
    complete: async (request) => {
      asked.push(request);
      const text = String(request.promptIds.length);
      return [{ text, tokenIds: [1], finishReason: "stop" } as unknown as Completion];
    },
  };
  return { partner: { name: "counter", policy }, heard, asked };
}

const { signal } = new AbortController();
const said = (content: string): ChatMessage[] => [{ role: "user", content }];
const nobody = (): void => undefined;

test("hands over the system prompt and all that was said, and begins anew after a reset", async () => {
  const { partner, heard, asked } = counter();
  const conversation = new Conversation([partner], sampling, "Count.");
  expect(await conversation.ask(said("a"), nobody, signal)).toEqual([
    { name: "counter", text: "2", tokens: 1, finishReason: "stop" },
  ]);
  await conversation.ask(said("b"), nobody, signal);
  expect(heard[1]?.map(({ role, content }) => `${role}: ${content}`)).toEqual([
    "system: Count.",
    "user: a",
    "assistant: 2",
    "user: b",
  ]);
  conversation.reset("");
  await conversation.ask(said("c"), nobody, signal);
  expect(heard[2]).toEqual([{ role: "user", content: "c" }]);
  expect(asked.map(({ seed }) => seed)).toEqual([7, 8, 7]);
  expect(asked[0]).toMatchObject({ n: 1, temperature: 0.5, topP: 0.9, topK: 3, maxTokens: 50 });
});

test("asks for no more tokens than the context has room for, and for none where it has none", async () => {
  const { partner, asked } = counter(4);
  const conversation = new Conversation([partner], sampling, undefined);
  await conversation.ask(said("a"), nobody, signal);
  await conversation.ask(said("b"), nobody, signal);
  expect(asked.map(({ maxTokens }) => maxTokens)).toEqual([3, 1]);
  await expect(conversation.ask(said("c"), nobody, signal)).rejects.toMatchObject({ code: "prompt_too_long" });
});

test("keeps what it came to of an answer that is cut off, and nothing of a question that failed", async () => {
  const { partner, heard } = counter();
  const cut = new AbortController();
  const { complete } = partner.policy;
  const policy: Partner["policy"] = {
    ...partner.policy,
    complete: async (request) => {
      if (heard.length === 1) throw new Error("lost");
      if (heard.length > 2) return complete(request);
      request.onText?.("so f");
      cut.abort();
      throw cut.signal.reason;
    },
  };
  const conversation = new Conversation([{ name: "x", policy }], sampling, undefined);
  await expect(conversation.ask(said("a"), nobody, signal)).rejects.toThrow("lost");
  const [answer] = await conversation.ask(said("b"), nobody, cut.signal);
  expect(answer).toEqual({ name: "x", text: "so f", tokens: undefined, finishReason: "interrupted" });
  await conversation.ask(said("c"), nobody, signal);
  expect(heard[2]?.map(({ content }) => content)).toEqual(["b", "so f", "c"]);
});

test("opens with a template's other messages, and takes the person's system prompt in place of the template's", async () => {
  const { partner, heard } = counter();
  const conversation = new Conversation([partner], sampling, undefined);
  const templated = (content: string): ChatMessage[] => [{ role: "system", content: "Sum." }, ...said(content)];
  await conversation.ask(templated("a"), nobody, signal);
  await conversation.ask(templated("b"), nobody, signal);
  expect(heard[1]?.map(({ role, content }) => `${role}: ${content}`)).toEqual([
    "system: Sum.",
    "user: a",
    "assistant: 2",
    "user: b",
  ]);
  conversation.reset("Shout.");
  await conversation.ask(templated("c"), nobody, signal);
  expect(heard[2]?.map(({ content }) => content)).toEqual(["Shout.", "c"]);
});
