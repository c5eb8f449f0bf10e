import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { startServer, type PolicyServer, type ServerOptions } from "../../src/policy/onnx/http/server.ts";

/** A small Llama in Hugging Face's ONNX layout that knows a few answers by heart (python/rlvr_train/hf_fixture.py). */
export const PARROT = packagePath("test/policy/fixtures/parrot");

/** What transformers answers to a question with that model. */
export interface ParrotCase {
  readonly question: string;
  readonly prompt: readonly number[];
  /** The likeliest continuation, its ending token included, and its log-probabilities. */
  readonly greedy: readonly number[];
  readonly logprobs: readonly number[];
  readonly text: string;
  /** A continuation that nobody would expect; golden.safetensors has the logits before, in and after it. */
  readonly forced: readonly number[];
}

/** Everything that transformers computed for the model. */
export const GOLDEN = JSON.parse(readFileSync(join(PARROT, "golden.json"), "utf8")) as {
  readonly cases: readonly ParrotCase[];
  readonly texts: readonly { readonly text: string; readonly ids: readonly number[] }[];
};

/** A server on the model, closed when the test ends. */
export async function servedParrot(options: Partial<ServerOptions> = {}): Promise<PolicyServer> {
  const server = await startServer({ modelDirectory: PARROT, host: "127.0.0.1", port: 0, device: "cpu", ...options });
  onTestFinished(() => server.close());
  return server;
}
