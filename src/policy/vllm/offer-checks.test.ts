import { expect, test } from "vitest";
import { BARE_OFFERS, FULL_OFFERS, OWN_OFFERS } from "../../../test/support/offers.ts";
import type { ServerOffers } from "../server-offers.ts";
import { offerChecks } from "./offer-checks.ts";

const lacking = (offers: ServerOffers): string[] =>
  offerChecks(offers)
    .filter(({ ok, isOptional }) => !ok && !isOptional)
    .map(({ name }) => name);

test("a vLLM with all flags lacks nothing, nor does rlvr's own server", () => {
  expect(lacking(FULL_OFFERS)).toEqual([]);
  expect(lacking(OWN_OFFERS)).toEqual([]);
});

test("a bare vLLM lacks what makes log-probabilities right and weights new, and is told the flags", () => {
  expect(lacking(BARE_OFFERS)).toEqual(["log-probabilities as sampled", "new weights by"]);
  const advice = offerChecks(BARE_OFFERS)
    .filter(({ ok }) => !ok)
    .map((check) => check.advice)
    .join(" ");
  for (const word of ["--logprobs-mode processed_logprobs", "--enable-lora", "VLLM_SERVER_DEV_MODE=1"])
    expect(advice).toContain(word);
});

test("tells the ways for new weights", () => {
  const found = (offers: ServerOffers): string | undefined =>
    offerChecks(offers).find(({ name }) => name === "new weights by")?.found;
  expect(found({ ...FULL_OFFERS, sleep: true })).toBe("lora, reload, sleep");
  expect(found({ ...FULL_OFFERS, isCpu: true })).toBe("lora");
  expect(found(OWN_OFFERS)).toBe("export");
});
