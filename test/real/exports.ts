import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChatMessage } from "../../src/core/chat.ts";
import type { WeightProbe } from "../../src/policy/vllm/check-probe.ts";
import { MODEL, TRAINER_PYTHON } from "./parts.ts";

/** What a trainer would export, made at the time of the test. */
export interface Exports {
  readonly directory: (name: ExportName) => string;
  /** The model with an output layer of its own, which vLLM's CPU build can load weights into. */
  readonly untied: string;
  /** The probe of an export whose weights replaced those of another. */
  readonly probe: (name: ExportName, parent: ExportName) => WeightProbe;
  readonly chats: readonly { readonly messages: ChatMessage[]; readonly ids: number[] }[];
  remove(): void;
}

type ExportName = "base" | "lora-1" | "lora-2" | "lora-tiny" | "lora-32" | "full";

/** Makes adapters and whole weights of a model with PyTorch, with their log-probabilities in float32. */
export function makeExports(): Exports {
  const root = mkdtempSync(join(tmpdir(), "rlvr-exports-"));
  const script = fileURLToPath(new URL("fixtures/make_exports.py", import.meta.url));
  execFileSync(TRAINER_PYTHON, [script, MODEL, root], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, HF_HUB_OFFLINE: "1" },
  });
  const facts = JSON.parse(readFileSync(join(root, "facts.json"), "utf8")) as {
    chats: Exports["chats"];
    input_ids: number[];
    prompt_length: number;
    logprobs: Record<string, number[]>;
  };
  return {
    directory: (name) => join(root, name),
    untied: join(root, "untied"),
    probe: (name, parent) => ({
      input_ids: facts.input_ids,
      prompt_length: facts.prompt_length,
      logprobs: facts.logprobs[name] ?? [],
      parent_logprobs: facts.logprobs[parent] ?? [],
    }),
    chats: facts.chats,
    remove: () => rmSync(root, { recursive: true }),
  };
}
