import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Lengths } from "./lengths.ts";
import { Slots } from "./slots.ts";
import { completionOf, EventWriter, firstTokens } from "./stub-completion.ts";

/**
 * A process of policy servers without a policy: each draws a token in a fixed time in every one of its slots, and completions
 * are as long as their seed says. They speak what rlvr's own server does of vLLM's API, and load an "export" at once. Started
 * by fork with {@link StubPlan} as its argument; it sends the URLs, and answers any message with {@link StubUse}.
 */

/** What the servers are. */
export interface StubPlan {
  readonly replicas: number;
  readonly slots: number;
  readonly microsPerToken: number;
  /** Time between two looks at what is drawn, in milliseconds. */
  readonly tickMs: number;
  /** Tokens of a streamed event. */
  readonly perEvent: number;
  readonly lengths: Lengths;
}

/** What the servers did until now. */
export interface StubUse {
  /** Milliseconds that slots worked, of all replicas together. */
  readonly busyMs: number;
  readonly completions: number;
  readonly tokens: number;
  /** Milliseconds from the first request's arrival to the last completion's end. */
  readonly spanMs: number;
  /** Seconds of processor time of this process. */
  readonly cpuSeconds: number;
}

interface SentBody {
  readonly seed?: number;
  readonly n: number;
  readonly max_tokens: number;
  readonly temperature: number;
  readonly logprobs?: number;
  readonly prompt_logprobs?: number;
}

const plan = JSON.parse(process.argv[2] ?? "") as StubPlan;
const writer = new EventWriter(plan.perEvent);
const all = Array.from({ length: plan.replicas }, () => new Slots(plan.slots, plan.microsPerToken / 1000));
const done = { completions: 0, tokens: 0 };
const span = { first: Infinity, last: 0 };

setInterval(() => {
  const now = performance.now();
  for (const slots of all) slots.advance(now);
}, plan.tickMs);

const urls = await Promise.all(all.map(serve));
process.on("message", () => {
  const now = performance.now();
  const { user, system } = process.cpuUsage();
  const busyMs = all.reduce((sum, slots) => sum + slots.busyMs(now), 0);
  const use: StubUse = { ...done, busyMs, spanMs: span.last - span.first, cpuSeconds: (user + system) / 1e6 };
  process.send?.(use);
});
process.on("disconnect", () => process.exit());
process.send?.(urls);

/** Starts one replica; gives its URL. */
async function serve(slots: Slots): Promise<string> {
  let policyVersion = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const json = (value: object, status = 200): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = (parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString())) as object;
    switch (request.url) {
      case "/health":
        return void response.end();
      case "/v1/models":
        return json({ policy_version: policyVersion, data: [{ id: "stub", max_model_len: 65_536 }] });
      case "/is_paused":
        return json({ is_paused: false });
      case "/tokenize":
        return json({ tokens: tokensOf(body) });
      case "/load_export":
        if (!("policy_version" in body)) return json({ message: "no policy_version" }, 400);
        policyVersion = Number(body.policy_version);
        return json({ policy_version: policyVersion });
      case "/v1/completions":
        return complete(slots, policyVersion, body as SentBody, response, json);
      default:
        return json({ message: "not here" }, 404);
    }
  };
  const server = createServer({ noDelay: true, keepAliveTimeout: 600_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A token a character of the messages, in place of a tokenizer. */
function tokensOf(body: object): number[] {
  const text = JSON.stringify("messages" in body ? body.messages : body);
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}

function complete(
  slots: Slots,
  policyVersion: number,
  body: SentBody,
  response: ServerResponse,
  json: (value: object, status?: number) => void,
): void {
  const { seed = 0, n, max_tokens: maxTokens, temperature } = body;
  if ((body.logprobs ?? 0) > 20 || body.prompt_logprobs !== undefined) return json({ message: "too many" }, 400);
  if (maxTokens === 1) return json({ policy_version: policyVersion, choices: firstTokens(seed, n, temperature) });
  const completion = completionOf(seed, plan.lengths, maxTokens);
  let sent = 0;
  const onDrawn = (drawn: number): void => {
    const to = writer.sendable(completion, drawn);
    if (to === sent) return;
    response.write(Buffer.concat(writer.events(completion, sent, to, policyVersion)));
    sent = to;
    if (sent < completion.tokens) return;
    response.end();
    done.completions++;
    done.tokens += completion.tokens;
    span.last = performance.now();
  };
  response.writeHead(200, { "content-type": "text/event-stream" });
  const now = performance.now();
  span.first = Math.min(span.first, now);
  const cancel = slots.add({ tokens: completion.tokens, onDrawn }, now);
  response.once("close", () => cancel(performance.now()));
}
