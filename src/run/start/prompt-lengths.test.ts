import { expect, it, test } from "vitest";
import type { Conversation } from "../../core/chat.ts";
import type { PolicyClient } from "../../policy/policy-client.ts";
import type { PolicyService } from "../services/policy-service.ts";
import { longPrompts } from "./prompt-lengths.ts";

const { signal } = new AbortController();

/** A policy of 1000 tokens, with a tokenizer and a template of two tokens around the message, and what it was asked. */
function policyOf(encode: (text: string) => number, template: (tokens: number) => number = (tokens) => tokens + 2) {
  const seen: string[] = [];
  const ids = (count: number): number[] => Array.from({ length: count }, () => 0);
  const client = {
    tokenize({ messages }: Conversation) {
      const text = messages.map(({ content }) => content).join("");
      seen.push(text);
      return Promise.resolve(ids(messages.length * template(encode(text))));
    },
    tokenizeText: (text: string) => Promise.resolve(ids(encode(text))),
  } as unknown as PolicyClient;
  const policy: Pick<PolicyService, "call" | "maxModelLength"> = { maxModelLength: 1000, call: (work) => work(client) };
  return { policy, seen };
}

/** Prompts of one message of the user. */
const asked = (...texts: string[]): Conversation[] =>
  texts.map((content) => ({ messages: [{ role: "user", content }] }));

const byBytes = (text: string): number => Buffer.byteLength(text);
const byWords = (text: string): number => text.split(" ").length;

it("finds every prompt that leaves no room, to the token", async () => {
  const { policy } = policyOf(byBytes);
  const prompts = asked(..."abc", "d".repeat(898), "e".repeat(899), "f".repeat(950), "d".repeat(898), "f".repeat(950));
  expect(await longPrompts(policy, prompts, 100, signal)).toEqual([
    { place: 4, tokens: 901 },
    { place: 5, tokens: 952 },
    { place: 7, tokens: 952 },
  ]);
});

it("finds one that is not among the longest in characters", async () => {
  const { policy } = policyOf((text) => (text.startsWith("x") ? byBytes(text) : Math.ceil(text.length / 4)));
  const prompts = asked(
    ...Array.from({ length: 50 }, (_, index) => "word ".repeat(300 + index)),
    "x".repeat(900),
    "short",
  );
  expect(await longPrompts(policy, prompts, 100, signal)).toEqual([{ place: 50, tokens: 902 }]);
});

it("asks only for those that could be too long by their bytes", async () => {
  const { policy, seen } = policyOf(byWords);
  const short = Array.from({ length: 5000 }, (_, index) => `Problem ${index}`);
  const long = Array.from({ length: 3 }, (_, index) => `${"word ".repeat(200)}${index}`);
  expect(await longPrompts(policy, asked(...short, ...long), 100, signal)).toEqual([]);
  expect(seen).toHaveLength(4);
});

it("counts texts that a tokenizer brings into a longer form", async () => {
  const { policy } = policyOf((text) => byBytes(text.normalize("NFKD")));
  // One character of three bytes, of 33 in its compatible form.
  expect(await longPrompts(policy, asked("a", "\ufdfa".repeat(30)), 100, signal)).toEqual([{ place: 1, tokens: 992 }]);
});

it("tokenises all where the template adds more than it does at the shortest", async () => {
  const { policy } = policyOf(byBytes, (tokens) => 3 * tokens);
  const prompts = asked("a", "b".repeat(250), "c".repeat(280), "d".repeat(310));
  expect(await longPrompts(policy, prompts, 100, signal)).toEqual([{ place: 3, tokens: 930 }]);
});

it("measures what the chat template adds by its variables, too", async () => {
  const thinking = (content: string, thinks: boolean): Conversation => ({
    messages: [{ role: "user", content }],
    chatTemplateKwargs: { enable_thinking: thinks },
  });
  const ids = (count: number): number[] => Array.from({ length: count }, () => 0);
  const client = {
    tokenize: ({ messages: [message], chatTemplateKwargs }: Conversation) =>
      Promise.resolve(
        ids((message?.content.length ?? 0) + (chatTemplateKwargs?.["enable_thinking"] === false ? 50 : 2)),
      ),
    tokenizeText: (text: string) => Promise.resolve(ids(text.length)),
  } as unknown as PolicyClient;
  const policy: Pick<PolicyService, "call" | "maxModelLength"> = { maxModelLength: 1000, call: (work) => work(client) };
  const prompts = [
    thinking("a", true),
    thinking("d".repeat(890), true),
    thinking("bb", false),
    thinking("c".repeat(860), false),
    thinking("d".repeat(861), false),
  ];
  expect(await longPrompts(policy, prompts, 100, signal)).toEqual([
    { place: 3, tokens: 910 },
    { place: 4, tokens: 911 },
  ]);
});

test("no prompts are too long where there are none", async () => {
  expect(await longPrompts(policyOf(byBytes).policy, [], 100, signal)).toEqual([]);
});
