import { randomBytes } from "node:crypto";
import { fork, type ChildProcess } from "node:child_process";
import { childEnvironment } from "../core/secrets/child-environment.ts";
import { RlvrError } from "../core/errors.ts";
import { modulePath } from "../core/package-files.ts";
import { revivedError } from "../core/texts/plain-error.ts";
import type { ServerMessage } from "./onnx/http/server-messages.ts";
import type { ServerOptions } from "./onnx/http/server.ts";
import { keepOutput, logAdvice } from "./server-output.ts";

/** How to start a policy server of one's own. */
export interface PolicyProcessOptions {
  readonly modelDirectory: string;
  /** File of weights in place of the model's own. */
  readonly weights?: string | undefined;
  /** Default: deterministic, for a Hugging Face model fast. */
  readonly mode?: "deterministic" | "fast";
  /** Where it runs. Default: the processor. */
  readonly device?: ServerOptions["device"] | undefined;
  /** Inference threads. Default: what suits the machine. */
  readonly workers?: number;
  /** File that its output is appended to, without its key. Default: none. */
  readonly log?: string | undefined;
  /** Aborting it stops the server, also while it starts. */
  readonly signal?: AbortSignal;
}

/** A policy server that runs as a child process. It ends when this process does. */
export interface PolicyProcess {
  readonly url: string;
  /** Requests must bring it as their bearer token: other users of this machine reach the server too. */
  readonly apiKey: string;
  readonly pid: number;
  /** Version of the weights that it started with. */
  readonly policyVersion: number;
  /** Settles when the process has ended, whatever the reason. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Ends it: running completions get a moment, then it is killed. */
  stop(): Promise<void>;
}

/** How long a server may take to end by itself, in milliseconds. */
const STOP_MS = 5000;

/**
 * Starts the ONNX policy server on a free port of this machine and waits until it listens.
 * @throws RlvrError what starting the server throws (`missing_file`, `bad_checkpoint`, `policy_failed`), `policy_failed`
 * with the end of its output when it died; the signal's reason when that aborted.
 */
export async function startPolicyServer(options: PolicyProcessOptions): Promise<PolicyProcess> {
  const { signal, log, device = "cpu", ...served } = options;
  signal?.throwIfAborted();
  const apiKey = randomBytes(32).toString("base64url");
  const serverOptions: ServerOptions = { ...served, host: "127.0.0.1", port: 0, apiKey, device };
  const child = fork(modulePath("src/policy/onnx/http/serve-process"), [], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // Not this process's own flags: an inspector's port cannot be shared.
    execArgv: [],
    env: childEnvironment("node"),
  });
  // What is wrong with a child that takes no message shows by its end.
  child.send(serverOptions, () => undefined);
  const outputTail = keepOutput(child, { apiKey, log });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("error", () => resolve({ code: null, signal: null }));
    // `close` rather than `exit`: by then all of its output has been read.
    child.once("close", (code, endSignal) => resolve({ code, signal: endSignal }));
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await exited;
    clearTimeout(timer);
  };
  const onAbort = (): void => void stop();
  signal?.addEventListener("abort", onAbort, { once: true });
  void exited.then(() => signal?.removeEventListener("abort", onAbort));
  const answer = await firstMessage(child, exited);
  if (answer?.type === "ready") {
    const { url, policyVersion } = answer;
    return { url, apiKey, policyVersion, pid: child.pid as number, exited, stop };
  }
  const { code, signal: endSignal } = await exited;
  signal?.throwIfAborted();
  if (answer !== undefined) throw revivedError(answer.error);
  throw new RlvrError(
    "policy_failed",
    `the policy server ended before it listened (${endSignal ?? `code ${code}`})\n${outputTail()}`,
    {
      advice: `The lines above are the end of what it wrote.${logAdvice(log)}`,
    },
  );
}

function firstMessage(child: ChildProcess, exited: Promise<unknown>): Promise<ServerMessage | undefined> {
  return Promise.race([
    new Promise<ServerMessage>((resolve) => child.once("message", (message) => resolve(message as ServerMessage))),
    exited.then(() => undefined),
  ]);
}
