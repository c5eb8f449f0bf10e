import type { ServerOffers } from "../server-offers.ts";

/** One thing that a policy server was asked for. */
export interface OfferCheck {
  readonly name: string;
  readonly ok: boolean;
  /** Whether a run does without it. */
  readonly isOptional: boolean;
  readonly found: string;
  /** What to start the server with to have it. */
  readonly advice?: string;
}

const DEV_MODE = "VLLM_SERVER_DEV_MODE=1, on an address that nobody else reaches: it opens endpoints without a key.";

/** What a server offers to a run, and what to start vLLM with for what it lacks. */
export function offerChecks(offers: ServerOffers): OfferCheck[] {
  const { kind, version, model, root, maxModelLength, isCpu, lora, maxLoraRank, weightVersion } = offers;
  const has = (name: string, value: boolean | undefined, advice: string, found?: string): OfferCheck => ({
    name,
    ok: value !== false,
    isOptional: false,
    found: found ?? (value === undefined ? "could not be told" : value ? "yes" : "no"),
    advice,
  });
  const may = (...check: Parameters<typeof has>): OfferCheck => ({ ...has(...check), isOptional: true });
  const fact = (name: string, found: string): OfferCheck => ({ name, ok: true, isOptional: false, found });
  const canReload = offers.reload && offers.pause && isCpu !== true;
  const ways = [
    ...(offers.loadExport ? ["export"] : []),
    ...(lora === "yes" ? ["lora"] : []),
    ...(canReload ? ["reload"] : []),
    ...(offers.sleep === true ? ["sleep"] : []),
  ];
  const common = [
    fact("server", kind === "vllm" ? `vLLM ${version}${isCpu === true ? " on a CPU" : ""}` : NAMES[kind]),
    fact("model", root === undefined || root === model ? model : `${model} (${root})`),
    fact("context", `${maxModelLength} tokens`),
    has("chat template", offers.chat, "Serve a model with a chat template, or give one: --chat-template FILE."),
    has("token ids", offers.tokenIds, "A vLLM that knows return_token_ids: 0.10.2 or newer."),
    has("log-probabilities as sampled", offers.processedLogprobs, "--logprobs-mode processed_logprobs"),
    has("seeds", offers.seeds, "A vLLM that draws each request with its own seed."),
    may(
      "prompt log-probabilities",
      offers.promptLogprobs,
      "Without them no sync is checked, and no teacher distilled.",
    ),
  ];
  if (kind === "rlvr") return [...common, has("new weights by", ways.length > 0, "", ways.join(", "))];
  return [
    ...common,
    may("many log-probabilities", offers.manyLogprobs, "--max-logprobs -1"),
    may(
      "adapters (LoRA)",
      lora === "yes",
      lora === "disabled"
        ? "--enable-lora --max-loras 2 --max-lora-rank RANK"
        : "VLLM_ALLOW_RUNTIME_LORA_UPDATING=True --enable-lora --max-loras 2 --max-lora-rank RANK",
      lora === "yes" ? `yes${maxLoraRank === undefined ? "" : `, to rank ${maxLoraRank}`}` : `no (${lora})`,
    ),
    may("pause and resume", offers.pause, DEV_MODE),
    may(
      "whole weights from disk",
      canReload,
      offers.reload ? "A GPU: on a CPU, weights that layers share would stay old in one of them." : DEV_MODE,
    ),
    may("version of the weights", weightVersion !== undefined, DEV_MODE, weightVersion),
    may("sleep", offers.sleep, "--enable-sleep-mode, where it shares a GPU with the trainer."),
    may("weight transfer", offers.weightTransfer, "Not used by rlvr: see docs/policy-servers.md."),
    has("new weights by", ways.length > 0, "One of the ways above.", ways.join(", ") || "no way"),
  ];
}

const NAMES: Readonly<Record<ServerOffers["kind"], string>> = {
  rlvr: "rlvr's own",
  vllm: "vLLM",
  other: "another that speaks the protocol",
};
