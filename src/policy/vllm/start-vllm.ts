import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { cacheFolder } from "../../core/files/cache-folder.ts";
import { childEnvironment } from "../../core/secrets/child-environment.ts";
import { RlvrError } from "../../core/errors.ts";
import { killGroup } from "../../core/process/kill-group.ts";
import { readModelJson } from "../../core/files/model-file.ts";
import { contextLength } from "../../core/files/model-sizes.ts";
import type { PolicyProcess } from "../policy-process.ts";
import { connectServer } from "../server-connection.ts";
import { keepOutput, logAdvice } from "../server-output.ts";
import { composeModel } from "./compose-model.ts";
import { openEndpoints } from "./reachable-host.ts";
import { vllmCommand, type NamedAdapter, type VllmCommand } from "./vllm-command.ts";
import { vllmPython } from "./vllm-environment.ts";
import { vllmPackage } from "./vllm-package.ts";

/** How to start a vLLM of one's own. */
export interface VllmOptions {
  /** Directory of a Hugging Face model: config.json, safetensors, tokenizer. */
  readonly modelDirectory: string;
  /** Directory with an export of all weights, to serve in place of the model's own. */
  readonly weights?: string | undefined;
  /** Python of an environment with vLLM. Default: that of `rlvr policy setup`, or else `python3` on the PATH. */
  readonly python?: string | undefined;
  /** Further arguments of the server. */
  readonly args?: readonly string[];
  /** Default: any free one. */
  readonly port?: number | undefined;
  /** Largest rank of the adapters that it will load. None: it serves without LoRA. */
  readonly loraRank?: number | undefined;
  /** An adapter to serve beside the base from the start, under a name of its own. */
  readonly adapter?: NamedAdapter | undefined;
  /** Whether Python code in the model's directory may run. Default: false. */
  readonly trustRemoteCode?: boolean;
  /** The key that its clients must bring. Default: a random one. vLLM up to 0.32 asks for it under /v1 alone. */
  readonly apiKey?: string | undefined;
  /** File that its output is appended to, without its key. Default: none. */
  readonly log?: string | undefined;
  /** Told of each line that the server writes, without its key. */
  readonly onLine?: (line: string) => void;
  /** Told who can do what to the server besides this process. */
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Aborting it stops the server, also while it starts. */
  readonly signal?: AbortSignal | undefined;
}

const configSchema = z.object({ max_position_embeddings: contextLength.nullish() });

/** From which vLLM takes its key: unlike its argument, no other user sees it. */
const KEY_VARIABLE = "VLLM_API_KEY";
/** How long a server may take to end by itself, in milliseconds. */
const STOP_MS = 10_000;
const POLL_MS = 200;
/** How long it may take to load a model, in milliseconds: of the largest, over a network, it takes a good part of this. */
const START_MS = 60 * 60_000;

/**
 * Ends the whole process group when standard input closes: the kernel closes it however this process ends. Signals
 * that ask for an end are the server's own matter, and its exit code is handed on. Other users can reach none of the
 * sockets that its processes make for each other: they unpickle what comes over them.
 */
const SUPERVISE = `
umask 077
exec 3<&0
(trap '' TERM INT; cat <&3 >/dev/null; kill -KILL 0) >/dev/null 2>&1 &
trap : TERM INT
"$@" 3<&- </dev/null
exit $?
`;

/** The command that {@link startVllm} runs, with every argument that it fills in. */
export async function plannedVllm(options: VllmOptions): Promise<VllmCommand & { readonly port: number }> {
  const { modelDirectory, python = vllmPython(), args = [], loraRank, adapter, trustRemoteCode = false } = options;
  const modelLength = readModelLength(modelDirectory);
  const { isCpu } = await vllmPackage(python);
  const port = options.port ?? (await freePort());
  return {
    ...vllmCommand({ modelDirectory, python, args, loraRank, adapter, trustRemoteCode, isCpu, modelLength, port }),
    port,
  };
}

/**
 * Starts vLLM on this machine and waits until it answers: seconds for a small model, minutes for a large one. It runs in
 * a process group of its own, which ends with this process, also when that is killed.
 * @throws RlvrError `missing_file` (no model, no Python, no vLLM), `policy_failed` with the end of its output when it died;
 * the signal's reason when that aborted.
 */
export async function startVllm(options: VllmOptions): Promise<PolicyProcess> {
  const { signal, onLine, log } = options;
  signal?.throwIfAborted();
  const model = options.weights === undefined ? undefined : composeModel(options.modelDirectory, options.weights);
  const modelDirectory = model?.directory ?? options.modelDirectory;
  const planned = plannedVllm({ ...options, modelDirectory }).finally(() => signal?.throwIfAborted());
  const { file, args, environment, port } = await planned.catch((error: unknown) => {
    model?.remove();
    throw error;
  });
  const { apiKey = randomBytes(32).toString("base64url") } = options;
  const child = spawn("/bin/sh", ["-c", SUPERVISE, "vllm", file, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    env: {
      // By default PyTorch runs compiled code from a place in the temporary folder that any user can foretell and make.
      TORCHINDUCTOR_CACHE_DIR: join(cacheFolder(), "torchinductor"),
      ...environmentOf({ ...environment, [KEY_VARIABLE]: apiKey }),
    },
  });
  const outputTail = keepOutput(child, { apiKey, log, onLine });
  let isOver = false;
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("error", () => resolve({ code: null, signal: null }));
    child.once("exit", () => {
      isOver = true;
      // What it left behind, the watch for this process's end among it.
      if (child.pid !== undefined) killGroup(child.pid);
    });
    child.once("close", (code, endSignal) => {
      model?.remove();
      resolve({ code, signal: endSignal });
    });
  });
  const stop = async (): Promise<void> => {
    if (!isOver && child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    const timer = setTimeout(() => !isOver && child.pid !== undefined && killGroup(child.pid), STOP_MS);
    await exited;
    clearTimeout(timer);
  };
  const onAbort = (): void => void stop();
  signal?.addEventListener("abort", onAbort, { once: true });
  void exited.then(() => signal?.removeEventListener("abort", onAbort));
  const url = `http://127.0.0.1:${port}`;
  const isUp = await answers(url, exited);
  if (isUp === "late") {
    await stop();
    throw new RlvrError("policy_failed", `vLLM did not listen within ${START_MS / 60_000} minutes\n${outputTail()}`, {
      advice: `The lines above are the end of what it wrote.${logAdvice(log)} Start it by hand and name it in policy.url.`,
    });
  }
  if (isUp === "up") {
    await warnOfOpenEndpoints(url, options);
    return { url, apiKey, policyVersion: 0, pid: child.pid as number, exited, stop };
  }
  const end = await exited;
  signal?.throwIfAborted();
  throw new RlvrError(
    "policy_failed",
    `vLLM ended before it listened (${end.signal ?? `code ${end.code}`})\n${outputTail()}`,
    {
      advice: `The lines above are the end of what it wrote; further arguments go into policy.vllm.args.${logAdvice(log)}`,
    },
  );
}

/** Waits until the server answers, has ended, or takes too long. */
async function answers(url: string, exited: Promise<unknown>): Promise<"up" | "ended" | "late"> {
  const deadline = performance.now() + START_MS;
  const connection = connectServer({ url, timeouts: { connectMs: 2000, firstByteMs: 5000 } });
  let hasEnded = false;
  void exited.then(() => (hasEnded = true));
  try {
    while (!hasEnded && performance.now() < deadline) {
      const isUp = await connection.ask("/health", { schema: z.unknown() }).then(
        () => true,
        () => false,
      );
      if (isUp) return "up";
      await Promise.race([sleep(POLL_MS), exited]);
    }
    return hasEnded ? "ended" : "late";
  } finally {
    await connection.close();
  }
}

/** Asks without the key: where that is answered, so is whoever else reaches the server. */
async function warnOfOpenEndpoints(url: string, { args = [], onWarning }: VllmOptions): Promise<void> {
  if (onWarning === undefined) return;
  const connection = connectServer({ url, timeouts: { connectMs: 2000, firstByteMs: 5000 } });
  try {
    const isOpen = await connection.ask("/is_paused", { schema: z.unknown() }).then(
      () => true,
      () => false,
    );
    if (isOpen) onWarning(openEndpoints(url, args));
  } finally {
    await connection.close();
  }
}

/** What vLLM gets of this process's environment, and what it needs; what the former says of the CPU build counts. */
function environmentOf(needed: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = childEnvironment("vllm");
  const ofCpu = Object.entries(inherited).filter(([name]) => name.startsWith("VLLM_CPU_"));
  return { ...inherited, ...needed, ...Object.fromEntries(ofCpu) };
}

function readModelLength(modelDirectory: string): number {
  const config = readModelJson(join(modelDirectory, "config.json"), configSchema);
  if (config !== undefined) return config.max_position_embeddings ?? 0;
  throw new RlvrError("missing_file", `${modelDirectory} holds no config.json`, {
    advice: "vLLM serves the directory of a Hugging Face model: config.json, safetensors and tokenizer.",
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
