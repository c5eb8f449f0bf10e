import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the fake hub does wrong. */
export type HubFault = "gated" | "no data set" | "busy" | "cut off" | "too short" | "other bytes" | null;

/** What a hostile hub does in place of an answer. */
export interface Attack {
  /** Makes what it says of a file, out of what is true. */
  readonly listing?: (truth: Record<string, unknown>) => unknown;
  /** Answers a request itself, where it returns true. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A server on this machine that answers as the Hugging Face hub does to who asks for a file of a data set. */
export interface FakeHub {
  readonly url: string;
  /** Its files, by `dataset@revision/path`. */
  readonly files: Map<string, Buffer>;
  /** Its models, by name: the commit that the branch main is, and the files of every commit by their paths. */
  readonly models: Map<string, { commit: string; readonly files: Map<string, Buffer> }>;
  fault: HubFault;
  attack: Attack;
  /** What it was asked, in order, and with which token. */
  readonly asked: {
    readonly method: string;
    readonly url: string;
    readonly token: string | undefined;
    readonly range: string | undefined;
  }[];
  close(): Promise<void>;
}

/** Files of so many bytes are kept as the hub keeps large ones: named by their SHA-256, and elsewhere. */
const LARGE = 1000;

/** Starts a fake hub on a free port. */
export async function startFakeHub(): Promise<FakeHub> {
  const hub = {
    files: new Map<string, Buffer>(),
    models: new Map() as FakeHub["models"],
    fault: null as HubFault,
    attack: {} as Attack,
    asked: [] as FakeHub["asked"],
  };
  const server = createServer((request, response) => {
    hub.asked.push({
      method: request.method ?? "",
      url: request.url ?? "",
      token: request.headers.authorization?.replace("Bearer ", ""),
      range: request.headers.range,
    });
    void answer(hub, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(hub, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

type State = Pick<FakeHub, "files" | "models" | "fault" | "attack">;

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { files, models, fault, attack } = state;
  const body: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) body.push(part);
  if (attack.answer?.(request, response) === true) return;
  const url = decodeURIComponent(request.url ?? "");
  if (fault === "gated") return fail(response, 401, "GatedRepo");
  if (fault === "no data set") return fail(response, 404, "RepoNotFound");
  if (fault === "busy") return fail(response, 503, "Busy");
  const [, dataset, revision] = /^\/api\/datasets\/([^/]+\/[^/]+)\/paths-info\/(.+)$/.exec(url) ?? [];
  if (dataset !== undefined) {
    const { paths } = JSON.parse(Buffer.concat(body).toString("utf8")) as { readonly paths: readonly string[] };
    const found = paths.flatMap((path) => {
      const bytes = files.get(`${dataset}@${revision}/${path}`);
      return bytes === undefined ? [] : [infoOf(path, bytes)];
    });
    response.setHeader("content-type", "application/json");
    return void response.end(JSON.stringify(found.map(attack.listing ?? ((truth) => truth))));
  }
  const [, listed] = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/[^?]+\?blobs=true$/.exec(url) ?? [];
  const model = models.get(listed ?? "");
  if (model !== undefined) {
    const siblings = [...model.files].map(([file, bytes]) => siblingOf(file, bytes));
    response.setHeader("content-type", "application/json");
    const truth = { sha: model.commit, siblings };
    return void response.end(JSON.stringify(attack.listing?.(truth) ?? truth));
  }
  const [, owner, file = ""] = /^\/([^/]+\/[^/]+)\/resolve\/[0-9a-f]{40}\/(.+)$/.exec(url) ?? [];
  const content = models.get(owner ?? "")?.files.get(file);
  if (content !== undefined) return sendRange(request, response, content, fault);
  const [, name, at, path] = /^\/(?:cdn|datasets)\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url) ?? [];
  const bytes = files.get(`${name}@${at}/${path}`);
  if (bytes === undefined) return fail(response, 404, "EntryNotFound");
  if (bytes.length >= LARGE && !url.startsWith("/cdn/")) {
    response.writeHead(302, { location: (request.url ?? "").replace("/datasets/", "/cdn/") });
    return void response.end();
  }
  send(response, bytes, fault);
}

function infoOf(path: string, bytes: Buffer): Record<string, unknown> {
  const oid = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
  const lfs = { oid: createHash("sha256").update(bytes).digest("hex"), size: bytes.length, pointerSize: 130 };
  return { type: "file", path, oid, size: bytes.length, ...(bytes.length >= LARGE && { lfs }) };
}

function siblingOf(path: string, bytes: Buffer): Record<string, unknown> {
  const { oid, size, lfs } = infoOf(path, bytes) as { oid: string; size: number; lfs?: { oid: string; size: number } };
  return { rfilename: path, size, blobId: oid, ...(lfs && { lfs: { sha256: lfs.oid, size, pointerSize: 130 } }) };
}

function sendRange(request: IncomingMessage, response: ServerResponse, bytes: Buffer, fault: HubFault): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from > 0) response.writeHead(206, { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
  send(response, bytes.subarray(from), fault);
}

function send(response: ServerResponse, bytes: Buffer, fault: HubFault): void {
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  if (fault === "cut off") {
    if (!response.headersSent) response.writeHead(200, { "content-length": bytes.length });
    response.write(half, () => response.destroy());
  } else if (fault === "too short") response.end(half);
  else if (fault === "other bytes") response.end(Buffer.alloc(bytes.length, "x"));
  else response.end(bytes);
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "x-error-code": code, "content-type": "application/json" });
  response.end(JSON.stringify({ error: code }));
}
