import { once } from "node:events";
import { createServer, request as forward, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What to do with the answer to a completion request: its number at this proxy, from 1, and the answer's text. */
export type Fault = (number: number, response: ServerResponse, answer: string) => boolean;

/** A proxy in front of a policy server that can die and misbehave. */
export interface FaultProxy {
  readonly url: string;
  /** Completion requests so far. */
  readonly completions: () => number;
  /** Stops listening and resets every connection. */
  die(): Promise<void>;
  /** Listens again, at the same port. */
  revive(): Promise<void>;
}

/**
 * Starts one in front of a server. It does not tell that the server wants whole groups, so that a request is made for
 * each rollout, as of vLLM.
 * @param fault true when it has answered a completion itself.
 */
export async function faultProxy(target: string, fault: Fault = () => false): Promise<FaultProxy> {
  let completions = 0;
  const server = createServer((incoming, response) => {
    const isCompletion = incoming.url === "/v1/completions";
    const number = isCompletion ? ++completions : 0;
    const headers = { ...incoming.headers, host: new URL(target).host };
    const onward = forward(target + (incoming.url ?? ""), { method: incoming.method, headers }, async (answer) => {
      let text = "";
      try {
        for await (const part of answer.setEncoding("utf8")) text += String(part);
      } catch {
        return void response.destroy();
      }
      if (isCompletion && fault(number, response, text)) return;
      if (incoming.url === "/v1/models") text = text.replace('"whole_groups":true', '"whole_groups":false');
      response.writeHead(answer.statusCode ?? 500, { "content-type": "application/json" }).end(text);
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    completions: () => completions,
    async die() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    async revive() {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    },
  };
}
