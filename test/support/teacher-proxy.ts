import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import type { AddressInfo } from "node:net";

/** What a request is answered with in place of what the server behind it says: a status with a text, or a changed body. */
export type Fault = (
  body: TeacherBody,
  request: number,
) => { readonly status: number; readonly text: string } | TeacherBody;

/** The part of a completion's answer that teaches. */
export interface TeacherBody {
  readonly choices: {
    prompt_token_ids: number[];
    prompt_logprobs: (Record<string, { logprob: unknown }> | null)[];
  }[];
}

/** A server in front of a teacher's; see {@link startTeacherProxy}. */
export interface TeacherProxy {
  readonly url: string;
  /** Sequences that it was asked to score, in the order of arrival. */
  readonly scored: number[][];
  /** `authorization` headers that came with those requests. */
  readonly keys: (string | undefined)[];
  /** Most tokens that were under way at once, and most requests. */
  readonly most: { tokens: number; requests: number };
  /** Stops listening; the same port can be taken again with `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Hands requests on to a teacher's server and notes those that score; a fault stands in for the answer to those. */
export async function startTeacherProxy(behind: string, fault?: Fault): Promise<TeacherProxy> {
  const scored: number[][] = [];
  const keys: (string | undefined)[] = [];
  const most = { tokens: 0, requests: 0 };
  let tokens = 0;
  let requests = 0;
  const app = new Hono();
  app.all("*", async (context) => {
    const body = context.req.method === "POST" ? await context.req.text() : undefined;
    const isScore = context.req.path === "/v1/completions";
    const [sequence = []] = isScore ? (JSON.parse(body ?? "") as { prompt: number[][] }).prompt : [];
    if (isScore) {
      scored.push(sequence);
      keys.push(context.req.header("authorization"));
    }
    tokens += sequence.length;
    requests += isScore ? 1 : 0;
    most.tokens = Math.max(most.tokens, tokens);
    most.requests = Math.max(most.requests, requests);
    try {
      const answer = await fetch(behind + context.req.path, { method: context.req.method, ...(body && { body }) });
      if (!isScore || fault === undefined) return new Response(await answer.text(), { status: answer.status });
      const changed = fault((await answer.json()) as TeacherBody, scored.length);
      if ("status" in changed) return new Response(changed.text, { status: changed.status });
      return context.json(changed);
    } finally {
      tokens -= sequence.length;
      requests -= isScore ? 1 : 0;
    }
  });
  let server: ServerType | undefined;
  let port = 0;
  const proxy: TeacherProxy = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    scored,
    keys,
    most,
    async start() {
      ({ port } = await new Promise<AddressInfo>((resolve) => {
        server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port }, resolve);
      }));
    },
    async stop() {
      const stopped = new Promise((resolve) => server?.close(resolve));
      if (server !== undefined && "closeAllConnections" in server) server.closeAllConnections();
      await stopped;
    },
  };
  await proxy.start();
  return proxy;
}
