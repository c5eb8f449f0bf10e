import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A server of which every answer but one to /v1/models goes on for ever. */
export interface EndlessServer {
  readonly url: string;
  /** Bytes that it could get rid of. */
  readonly sent: () => number;
}

/** Where even this one stops, in bytes: a client that reads as much fails its test, and not the machine. */
const ENOUGH = 64 * 1024 * 1024;

/** How an endless answer begins, and what follows over and over. */
export interface EndlessAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly begin?: string;
  readonly bit: string;
}

/** Starts one; it ends with the test. @param isEndless which requests are answered without end; default all. */
export async function endlessServer(
  { status = 200, headers = {}, begin = "", bit }: EndlessAnswer,
  isEndless: (request: IncomingMessage) => boolean = () => true,
): Promise<EndlessServer> {
  const piece = bit.repeat(Math.ceil(65_536 / bit.length));
  let sent = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (!isEndless(request)) return void response.end('{"data":[{"id":"base","max_model_len":4096}]}');
    response.writeHead(status, headers).write(begin);
    const go = (): void => {
      while (!response.destroyed && sent < ENOUGH) {
        sent += piece.length;
        if (!response.write(piece)) return void response.once("drain", go);
      }
      response.end();
    };
    go();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent: () => sent };
}
