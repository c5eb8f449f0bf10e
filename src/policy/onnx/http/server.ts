import type { AddressInfo, Server } from "node:net";
import { serve, type ServerType } from "@hono/node-server";
import { RlvrError } from "../../../core/errors.ts";
import { isLoopback } from "../../../core/secrets/loopback.ts";
import { createApp } from "./app.ts";
import { Engine } from "../engine.ts";
import { ServerMetrics } from "./metrics.ts";
import type { Device, DEVICES } from "../open-session.ts";
import { readModel, type ModelChoice } from "../read-model.ts";
import { TokenizerProcess } from "../tokenizer/tokenizer-process.ts";

/** How to serve a policy. */
export interface ServerOptions extends ModelChoice {
  /**
   * Directory of the policy: config.json and tokenizer.json, and either model.safetensors and graphs/step.onnx (rlvr's own
   * layout) or onnx/model.onnx (Hugging Face's).
   */
  readonly modelDirectory: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Requests must bring it as their bearer token. Undefined: none, on an address of this machine alone. */
  readonly apiKey?: string | undefined;
  /** Where it runs. */
  readonly device: (typeof DEVICES)[number];
  /** See {@link EngineOptions.mode}. */
  readonly mode?: "deterministic" | "fast" | undefined;
  /** An export to begin with, in place of the model's own weights; for policies in rlvr's layout. */
  readonly exported?: { readonly directory: string; readonly policyVersion: number } | undefined;
  /** Inference threads; undefined takes the default for machine and model. */
  readonly workers?: number | undefined;
}

/** A server that listens. */
export interface PolicyServer {
  readonly url: string;
  /** Where it runs. */
  readonly device: Device;
  readonly policyVersion: number;
  /** Rejects when an inference thread dies: the server is of no use then. */
  readonly failed: Promise<never>;
  /** Stops listening, gives running completions a moment to end, and ends the inference threads. */
  close(): Promise<void>;
}

/** How long running completions may go on after {@link PolicyServer.close}, in milliseconds. */
const DRAIN_MS = 2000;
/** Connections at once, further ones are closed: several runs have a few hundred each. */
const MAX_CONNECTIONS = 2048;
/** What a request may take on its way, so that slow senders do not keep the connections, in milliseconds and bytes. */
const REQUEST_LIMITS = { headersTimeout: 20_000, requestTimeout: 120_000, maxHeaderSize: 16 * 1024 };

/**
 * Loads a policy and serves it.
 * @throws RlvrError `missing_file`, `bad_checkpoint`, `policy_failed` (the graph or the device), `port_in_use`; `bad_usage`
 * without a key on an address that other machines reach.
 */
export async function startServer(options: ServerOptions): Promise<PolicyServer> {
  refuseOpen(options);
  const model = readModel(options.modelDirectory, options);
  // It loads while the graph is opened.
  const tokenizer = new TokenizerProcess(model.directory);
  let engine: Engine | undefined;
  const end = async (): Promise<void> => {
    tokenizer.close();
    await engine?.close();
  };
  try {
    const metrics = new ServerMetrics();
    const { device, mode, workers, host, apiKey, exported } = options;
    engine = await Engine.start(model, {
      device,
      mode,
      workers,
      onSteps: (steps) => metrics.recordSteps(steps),
      decode: ({ lists, skipSpecialTokens }) => tokenizer.decodeAll(lists, skipSpecialTokens),
    });
    metrics.watch(engine);
    if (exported !== undefined) await engine.loadExport(exported.directory, exported.policyVersion);
    const tokens = await tokenizer.vocabulary(model.config.vocabSize);
    const app = createApp({ engine, texts: { tokenizer, tokens }, metrics, host, apiKey });
    const server = await listen(app.fetch, options);
    const { address, port, family } = server.address() as AddressInfo;
    return {
      url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
      device: engine.device,
      policyVersion: engine.policyVersion,
      failed: engine.failed,
      async close() {
        const closed = new Promise((resolve) => server.close(resolve));
        const timer = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), DRAIN_MS);
        await closed;
        clearTimeout(timer);
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Anyone who reaches the server can load weights, so it needs a key beyond this machine. */
function refuseOpen({ host, apiKey }: ServerOptions): void {
  if (isLoopback(host) || (apiKey !== undefined && apiKey !== "")) return;
  throw new RlvrError("bad_usage", `at ${host} other machines reach the server, and it has no API key`, {
    advice: "Name the environment variable that holds one with --api-key-env NAME, or leave --host at 127.0.0.1.",
  });
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port }: ServerOptions,
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port, serverOptions: REQUEST_LIMITS }, () => resolve(server));
    (server as Server).maxConnections = MAX_CONNECTIONS;
    server.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") return reject(error);
      reject(
        new RlvrError("port_in_use", `port ${port} of ${host} is already in use`, {
          advice: "Choose another with --port, or --port 0 for any free one.",
          cause: error,
        }),
      );
    });
  });
}
