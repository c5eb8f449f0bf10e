import { expect, test } from "vitest";
import type { ServerOffers } from "./server-offers.ts";
import { chooseWeightSync } from "./weight-sync.ts";

test("rlvr's own server is not restarted for new weights, since it starts on the base's", () => {
  const offers: ServerOffers = {
    kind: "rlvr",
    version: undefined,
    model: "policy",
    root: undefined,
    maxModelLength: 64,
    policyVersion: 0,
    chat: true,
    loadExport: true,
    lora: "no endpoint",
    pause: true,
    reload: false,
    weightVersion: undefined,
    weightTransfer: false,
    sleep: undefined,
    maxLoraRank: undefined,
    isCpu: undefined,
    tokenIds: true,
    processedLogprobs: true,
    seeds: true,
    manyLogprobs: true,
    promptLogprobs: true,
  };
  const run = { namespace: "/runs/1", restart: () => Promise.resolve() };
  const refused = expect.objectContaining({
    code: "bad_recipe",
    advice: expect.stringContaining("policy.sync at auto"),
  });
  expect(() => chooseWeightSync(offers, "restart", "weights", run)).toThrow(refused);
  expect(chooseWeightSync(offers, "auto", "weights", run).way).toBe("export");
  expect(chooseWeightSync({ ...offers, kind: "vllm", loadExport: false }, "auto", "weights", run).way).toBe("restart");
});
