import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** Body of a completion request, as far as the server looks at it. */
export interface SentBody {
  readonly seed: number;
  readonly n: number;
  readonly max_tokens: number;
  readonly stream?: boolean;
  readonly model: string;
  readonly cache_salt?: string;
}

/** A completion request that arrived. */
export interface Arrival {
  /** Its number at this server, from 1. */
  readonly number: number;
  readonly body: SentBody;
  readonly authorization: string | undefined;
  readonly response: ServerResponse;
}

/** Answers a completion request in its own way; false leaves it to be answered rightly. */
export type Misbehaviour = (arrival: Arrival) => boolean | void;

/** A server of vLLM's shapes that can be made to misbehave. */
export interface MisbehavingServer {
  readonly url: string;
  /** Completion requests, in the order of their arrival. */
  readonly arrivals: readonly Arrival[];
  /** Every path that was asked for. */
  readonly paths: readonly string[];
  /** Most completion requests that were open at once. */
  readonly mostOpen: () => number;
  misbehave(how: Misbehaviour): void;
  /** Status of /health from now on; at first 200. */
  setHealth(status: number): void;
}

const TOKENS = 5;

/** A choice that only its seed decides on. */
export function choiceOf(seed: number): object {
  const ids = Array.from({ length: TOKENS }, (_, at) => (seed * 7 + at * 3) % 97);
  return {
    index: 0,
    text: ids.join(" "),
    finish_reason: "stop",
    token_ids: ids,
    logprobs: { token_logprobs: ids.map((id) => -(id + 1) / 8), tokens: ids.map((id) => `token_id:${id}`) },
  };
}

/** The chunks of a stream of the same choice, one token each, as vLLM sends them. */
export function chunksOf(seed: number): string[] {
  const { token_ids: ids, logprobs } = choiceOf(seed) as {
    token_ids: number[];
    logprobs: { token_logprobs: number[] };
  };
  return ids.map((id, at) =>
    JSON.stringify({
      choices: [
        {
          index: 0,
          text: `${at === 0 ? "" : " "}${id}`,
          logprobs: { token_logprobs: [logprobs.token_logprobs[at]], tokens: [`token_id:${id}`] },
          finish_reason: at === ids.length - 1 ? "stop" : null,
          token_ids: [id],
        },
      ],
    }),
  );
}

/** The text of events with some data. */
export function events(data: readonly string[]): string {
  return data.map((each) => `data: ${each}\n\n`).join("");
}

/** Starts one; it ends with the test. */
export async function misbehavingServer(how: Misbehaviour = () => false): Promise<MisbehavingServer> {
  let misbehaviour = how;
  const arrivals: Arrival[] = [];
  const paths: string[] = [];
  let health = 200;
  let open = 0;
  let mostOpen = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = "";
    for await (const part of request) text += String(part);
    const path = request.url ?? "";
    paths.push(path);
    if (path === "/health") return void response.writeHead(health).end();
    if (path === "/v1/models") return void response.end('{"data":[{"id":"base","max_model_len":4096}]}');
    if (path !== "/v1/completions") return void response.writeHead(404).end();
    mostOpen = Math.max(mostOpen, ++open);
    response.once("close", () => open--);
    const body = JSON.parse(text) as SentBody;
    const { authorization } = request.headers;
    const arrival: Arrival = { number: arrivals.length + 1, body, authorization, response };
    arrivals.push(arrival);
    if (misbehaviour(arrival) !== false) return;
    if (body.stream === true) response.end(events([...chunksOf(body.seed), "[DONE]"]));
    else response.end(JSON.stringify({ choices: [choiceOf(body.seed)] }));
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    paths,
    mostOpen: () => mostOpen,
    misbehave: (next) => (misbehaviour = next),
    setHealth: (status) => (health = status),
  };
}
