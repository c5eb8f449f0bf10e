import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { setTimeout as sleep } from "node:timers/promises";
import type { AddressInfo } from "node:net";

/** A request that the teacher received. */
export interface ReceivedRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly response_format?: { readonly type: string };
  readonly seed: number;
  readonly temperature: number;
}

/** What a request gets: an HTTP error, a body as it is, or text to answer with. */
export type Reaction =
  | { readonly status: number; readonly message: string }
  | { readonly body: string }
  | { readonly text: string };

/** A server that speaks OpenAI's protocol and answers as its messages tell it to. */
export interface FakeTeacher {
  readonly url: string;
  /** Every chat request in the order of arrival. */
  readonly requests: ReceivedRequest[];
  /** The `authorization` headers that came with them. */
  readonly keys: (string | undefined)[];
  /** Most requests that were under way at once. */
  mostAtOnce: number;
  close(): Promise<void>;
}

const HINTS = {
  knowledge: ["A sum counts on.", "Carry what is more than nine."],
  planning: ["Add the ones."],
  solution: ["Add them up."],
};

/** The final answer that a prompt tells. */
const answerIn = (prompt: string): string => /# Final answer\n\n(.*)/.exec(prompt)?.[1] ?? "";

/**
 * Answers from the request alone, so that any order of calls gives the same hints. Words in the problem ask for faults:
 * `leaks-once`, `leaks-always`, `garbles-once`, `garbles-always`; `busy` and `broken` fail the first call with 429 and
 * 500; `too-long` is always refused with 400.
 */
function reactionTo({ messages }: ReceivedRequest, isFirst: boolean): Reaction {
  const prompt = messages[0]?.content ?? "";
  const asks = (word: string): boolean => prompt.includes(word);
  const answer = answerIn(prompt);
  const hints = JSON.stringify({ ...HINTS, solution: [...HINTS.solution, `It is ${answer}.`] });
  const isFresh = messages.length === 1;
  if (asks("too-long")) return { status: 400, message: "the prompt is longer than the context" };
  if (isFirst && asks("busy")) return { status: 429, message: "slow down" };
  if (isFirst && asks("broken")) return { status: 500, message: "out of order" };
  if (asks("leaks-always") || (isFresh && asks("leaks-once")))
    return { text: JSON.stringify({ ...JSON.parse(hints), planning: [`Aim for ${answer}.`] }) };
  if (asks("garbles-always") || (isFresh && asks("garbles-once"))) return { text: hints.slice(0, 40) };
  return { text: hints };
}

/**
 * Starts a teacher on a free port.
 * @param beforeAnswer is waited for with each chat request, its number from 1.
 * @param react what to answer instead of hints; undefined for the usual.
 */
export async function startFakeTeacher({
  beforeAnswer = async () => undefined,
  react = () => undefined,
}: {
  readonly beforeAnswer?: (number: number) => Promise<unknown>;
  readonly react?: (request: ReceivedRequest) => Reaction | undefined;
} = {}): Promise<FakeTeacher> {
  const seen = new Set<string>();
  let atOnce = 0;
  const app = new Hono();
  app.get("/v1/models", (context) => context.json({ object: "list", data: [{ id: "wise-owl", object: "model" }] }));
  app.post("/v1/chat/completions", async (context) => {
    const request = await context.req.json<ReceivedRequest>();
    teacher.requests.push(request);
    teacher.keys.push(context.req.header("authorization"));
    teacher.mostAtOnce = Math.max(teacher.mostAtOnce, ++atOnce);
    await beforeAnswer(teacher.requests.length);
    await sleep(5);
    atOnce--;
    const key = JSON.stringify(request.messages);
    const reaction = react(request) ?? reactionTo(request, !seen.has(key));
    seen.add(key);
    if ("status" in reaction) {
      const { status, message } = reaction;
      return Response.json({ error: { message } }, { status, headers: { "retry-after-ms": "1" } });
    }
    if ("body" in reaction) return context.body(reaction.body, 200, { "content-type": "application/json" });
    return context.json({
      id: "chat",
      object: "chat.completion",
      created: 0,
      model: request.model,
      choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: reaction.text } }],
      usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
    });
  });
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  const teacher: FakeTeacher = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    keys: [],
    mostAtOnce: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
  return teacher;
}
