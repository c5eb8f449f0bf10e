import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { sha256, writeDirectoryAtomic } from "../../src/core/files/files.ts";
import { modulePath, packagePath } from "../../src/core/package-files.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../src/core/safetensors.ts";
import { exportSync } from "../../src/policy/export-sync.ts";
import { HttpPolicyClient } from "../../src/policy/http-policy-client.ts";
import type { CompletionRequest } from "../../src/policy/policy-client.ts";
import type { ServerMessage } from "../../src/policy/onnx/http/server-messages.ts";
import type { ServerOptions } from "../../src/policy/onnx/http/server.ts";
import { connectServer } from "../../src/policy/server-connection.ts";

/** The shipped tiny policy. */
export const TINY = packagePath("policies/tiny");

/** A server that somebody runs on this machine, without a key. */
export interface OpenServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one in a process of its own, by default on the tiny policy. */
export async function startOpenServer(changes: Partial<ServerOptions> = {}): Promise<OpenServer> {
  const where = { host: "127.0.0.1", port: 0, device: "cpu" } as const;
  const options: ServerOptions = { modelDirectory: TINY, mode: "deterministic", ...where, ...changes };
  const child = fork(modulePath("src/policy/onnx/http/serve-process"), [], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: [],
  });
  child.send(options);
  const exited = once(child, "exit");
  const [message] = (await once(child, "message")) as [ServerMessage];
  if (message.type === "failed") throw new Error(message.error.message);
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
  };
  return { url: message.url, stop };
}

interface Served {
  readonly server: OpenServer;
  readonly client: HttpPolicyClient;
  /** Serves an export from now on. */
  readonly load: (directory: string, policyVersion: number) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** A server on the tiny policy with a client. */
export async function serveTiny(workers = 2): Promise<Served> {
  const server = await startOpenServer({ workers });
  const connection = connectServer({ url: server.url });
  const client = new HttpPolicyClient(connection);
  const load: Served["load"] = (directory, policyVersion) =>
    exportSync({ model: "tiny" }).load(connection, { directory, policyVersion }, new AbortController().signal);
  const close = async (): Promise<void> => {
    await connection.close();
    await server.stop();
  };
  return { server, client, load, close };
}

/** The same, closed when the test ends. */
export async function servedTiny(workers = 2): Promise<Served> {
  const served = await serveTiny(workers);
  onTestFinished(served.close);
  return served;
}

/** A request that gives varied completions, also of a policy that is sure of itself. */
export function request(changes: Partial<CompletionRequest> = {}): CompletionRequest {
  return { promptIds: [4, 5, 12, 6], n: 2, seed: 1, temperature: 2, topP: 1, topK: 0, maxTokens: 20, ...changes };
}

/** Sends a body and gives status and JSON of the answer. */
export async function post(url: string, path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url + path, { method: "POST", body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

/** A choice of a completion answer or of a streamed chunk, with everything asked for. */
interface AnsweredChoice {
  readonly index: number;
  readonly text: string;
  readonly logprobs: { readonly tokens: string[]; readonly token_logprobs: number[] } | null;
  readonly finish_reason: string | null;
  readonly stop_reason: string | number | null;
  readonly token_ids: number[];
  readonly prompt_token_ids: number[] | null;
  readonly prompt_logprobs?: (Record<string, { logprob: number; rank: number; decoded_token: string }> | null)[];
}

/** The answer of POST /v1/completions, or a streamed chunk of it. */
export interface Answer {
  readonly policy_version: number;
  readonly choices: AnsweredChoice[];
  readonly usage: object;
}

/** Sends a completion request with ids and log-probabilities in its answer, which must be 200. */
export async function sample(url: string, body: object): Promise<Answer> {
  const answer = await post(url, "/v1/completions", { logprobs: 0, return_token_ids: true, ...body });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body as Answer;
}

/** Writes an export of the tiny policy's weights after a change. */
export function writeExport(version: number, change: (tensors: Record<string, Tensor>) => void, hash?: string): string {
  const file = decodeSafetensors(readFileSync(join(TINY, "model.safetensors")), "tiny");
  const tensors = Object.fromEntries(file.tensors);
  change(tensors);
  const bytes = encodeSafetensors(tensors);
  const directory = join(mkdtempSync(join(tmpdir(), "rlvr-export-")), String(version));
  const manifest = { policy_version: version, files: { "model.safetensors": hash ?? sha256(bytes) } };
  writeDirectoryAtomic(directory, { "model.safetensors": bytes, "manifest.json": JSON.stringify(manifest) });
  return directory;
}
