import type { ServerOffers } from "../../src/policy/server-offers.ts";

/** What a vLLM offers that was started with all that rlvr needs. */
export const FULL_OFFERS: ServerOffers = {
  kind: "vllm",
  version: "0.32.0",
  model: "policy",
  root: "/models/base",
  maxModelLength: 2048,
  policyVersion: undefined,
  chat: true,
  tokenIds: true,
  processedLogprobs: true,
  seeds: true,
  manyLogprobs: true,
  promptLogprobs: true,
  loadExport: false,
  lora: "yes",
  pause: true,
  reload: true,
  weightVersion: "default",
  weightTransfer: false,
  sleep: false,
  maxLoraRank: 16,
  isCpu: false,
};

/** What a vLLM offers that was started without any flag. */
export const BARE_OFFERS: ServerOffers = {
  ...FULL_OFFERS,
  processedLogprobs: false,
  manyLogprobs: false,
  lora: "no endpoint",
  pause: false,
  reload: false,
  weightVersion: undefined,
  sleep: undefined,
  maxLoraRank: undefined,
  isCpu: undefined,
};

/** What rlvr's own server offers. */
export const OWN_OFFERS: ServerOffers = {
  ...BARE_OFFERS,
  kind: "rlvr",
  version: undefined,
  policyVersion: 0,
  processedLogprobs: true,
  pause: true,
  loadExport: true,
};
