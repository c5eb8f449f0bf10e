import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { post, sample, startOpenServer, type OpenServer } from "./policy-fixture.ts";

let server: OpenServer;
let folder: string;
beforeAll(async () => {
  server = await startOpenServer({ workers: 1 });
  folder = mkdtempSync(join(tmpdir(), "rlvr-hostile-"));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const ENDPOINTS = ["/v1/completions", "/tokenize", "/detokenize", "/load_export"];
/** More than any of them takes, in bytes; the tiny policy's context is 64 tokens. */
const MUCH = 64 * 1024 * 1024;

/** Sends a body without end and gives the status of the answer, and how much of it was taken. */
function sendEndless(path: string, headers: Record<string, number> = {}): Promise<{ status: number; sent: number }> {
  const piece = Buffer.alloc(65_536, "[");
  return new Promise((resolve, reject) => {
    let sent = 0;
    let status = 0;
    const sending = httpRequest(server.url + path, { method: "POST", headers, agent: new Agent({ keepAlive: true }) });
    const go = (): void => {
      while (!sending.destroyed && status === 0 && sent < MUCH) {
        sent += piece.length;
        if (!sending.write(piece)) return void sending.once("drain", go);
      }
    };
    sending.on("response", (response) => {
      status = response.statusCode ?? 0;
      response.resume();
      resolve({ status, sent });
      sending.destroy();
    });
    sending.on("error", (error) => status === 0 && reject(error));
    go();
  });
}

test.each(ENDPOINTS)("refuses a body without end to %s while it comes", async (path) => {
  const { status, sent } = await sendEndless(path);
  expect(status).toBe(413);
  expect(sent).toBeLessThan(MUCH / 4);
});

test.each(ENDPOINTS)("refuses a body of 700 MB to %s by its length", async (path) => {
  const { status, sent } = await sendEndless(path, { "content-length": 700_000_000 });
  expect(status).toBe(413);
  expect(sent).toBeLessThan(MUCH / 4);
});

/** Sends a body over a connection of its own: the server closes one whose body it does not read. */
async function sendAlone(path: string, body: string): Promise<{ status: number; text: string }> {
  const sending = httpRequest(server.url + path, { method: "POST", agent: new Agent({ keepAlive: true }) }).end(body);
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  // What it still sends meets a closed connection.
  sending.on("error", () => undefined);
  let text = "";
  for await (const part of response) text += String(part);
  return { status: response.statusCode ?? 0, text };
}

test("says in vLLM's shape how large a request may be", async () => {
  const { status, text } = await sendAlone("/tokenize", JSON.stringify({ prompt: "1".repeat(1_000_000) }));
  expect(status).toBe(413);
  expect(JSON.parse(text)).toMatchObject({
    error: {
      code: 413,
      type: "ContentTooLargeError",
      message: expect.stringMatching(/more than \d+ bytes: it is longer than the model's context/),
    },
  });
});

test.each([
  ["more prompts than a request may have", { prompt: Array.from({ length: 257 }, () => [3]) }, 400],
  ["a list of what is no id", { prompt: new Array(50_000).fill("x") }, 400],
  ["n of a billion", { prompt: [3], n: 1e9 }, 400],
  ["too many completions in all", { prompt: Array.from({ length: 256 }, () => [3]), n: 4096 }, 400],
  ["too many stop strings", { prompt: [3], stop: new Array(10_000).fill("x") }, 400],
  ["a long stop string", { prompt: [3], stop: "x".repeat(10_000) }, 400],
  ["too many stop ids", { prompt: [3], stop_token_ids: new Array(10_000).fill(1) }, 400],
])("refuses %s", async (_, body, status) => {
  expect((await post(server.url, "/v1/completions", body)).status).toBe(status);
});

test("refuses ten million prompts before it reads them", async () => {
  const body = `{"prompt":[${"[3],".repeat(10_000_000)}[3]]}`;
  expect(await sendAlone("/v1/completions", body)).toMatchObject({ status: 413 });
});

test("draws at the smallest temperature there is, and fails nobody's request by it", async () => {
  const { choices } = await sample(server.url, { prompt: [4, 5, 12, 6], temperature: 5e-324, max_tokens: 3 });
  const greedy = await sample(server.url, { prompt: [4, 5, 12, 6], temperature: 0, max_tokens: 3 });
  expect(choices[0]?.token_ids).toEqual(greedy.choices[0]?.token_ids);
});

/** Folders that are no exports, each made on the spot. */
const NO_EXPORTS: readonly (readonly [string, () => string, RegExp])[] = [
  ["a null byte", () => "/tmp\0/x", /^directory: must be a path/],
  ["a path that is too long", () => `/${"x".repeat(4000)}`, /ENAMETOOLONG/],
  ["a file for a folder", () => file("plain"), /manifest.json is missing/],
  [
    "a folder for a file",
    () => folderWith("folder", (at) => mkdirSync(at)),
    /manifest.json cannot be used: it is not a regular file/,
  ],
  [
    "a pipe",
    () => folderWith("pipe", (at) => execFileSync("/bin/sh", ["-c", `mkfifo "$0"`, at])),
    /manifest.json cannot be used: it is not a regular file/,
  ],
  [
    "a device without end",
    () => folderWith("device", (at) => symlinkSync("/dev/zero", at)),
    /manifest.json cannot be used: it is not a regular file/,
  ],
];

function file(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, "");
  return path;
}

function folderWith(name: string, makeManifest: (path: string) => void): string {
  mkdirSync(join(folder, name));
  makeManifest(join(folder, name, "manifest.json"));
  return join(folder, name);
}

test.each(NO_EXPORTS)("refuses to load an export from %s with 400", async (_, make, message) => {
  const { status, body } = await post(server.url, "/load_export", { directory: make(), policy_version: 1 });
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { message: expect.stringMatching(message) } });
});
