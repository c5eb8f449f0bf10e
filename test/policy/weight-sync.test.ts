import { expect, test } from "vitest";
import type { ServerConnection } from "../../src/policy/server-connection.ts";
import type { ServerOffers } from "../../src/policy/server-offers.ts";
import { chooseWeightSync, type SyncingRun, type WeightSync } from "../../src/policy/weight-sync.ts";
import { BARE_OFFERS, FULL_OFFERS, OWN_OFFERS } from "../support/offers.ts";

const RUN: SyncingRun = { namespace: "/runs/1" };
const RESTARTABLE: SyncingRun = { ...RUN, restart: () => Promise.resolve() };
type Format = "weights" | "lora";

test.each<[string, ServerOffers, Format, SyncingRun, WeightSync["way"]]>([
  ["rlvr's own server", OWN_OFFERS, "weights", RUN, "export"],
  ["vLLM and an adapter", FULL_OFFERS, "lora", RESTARTABLE, "lora"],
  ["vLLM and all weights", FULL_OFFERS, "weights", RESTARTABLE, "reload"],
  ["a vLLM of the run's own on a CPU", { ...FULL_OFFERS, isCpu: true }, "weights", RESTARTABLE, "restart"],
  ["a bare vLLM of the run's own", BARE_OFFERS, "weights", RESTARTABLE, "restart"],
])("auto chooses for %s", (_, offers, format, run, way) => {
  expect(chooseWeightSync(offers, "auto", format, run).way).toBe(way);
});

test.each<[ServerOffers, "auto" | WeightSync["way"], Format, RegExp]>([
  [BARE_OFFERS, "auto", "lora", /^lora: .*VLLM_ALLOW_RUNTIME_LORA_UPDATING=True and --enable-lora\.$/],
  [{ ...FULL_OFFERS, lora: "disabled" }, "auto", "lora", /^lora: start vLLM with --enable-lora .*--max-lora-rank/],
  [BARE_OFFERS, "auto", "weights", /^reload: .*VLLM_SERVER_DEV_MODE=1/],
  [{ ...FULL_OFFERS, isCpu: true }, "auto", "weights", /^reload: .*policy\.vllm/],
  [OWN_OFFERS, "auto", "lora", /^export: .*trainer\.torch\.mode to full/],
  [FULL_OFFERS, "lora", "weights", /^lora: .*trainer\.torch\.mode to lora/],
  [FULL_OFFERS, "export", "weights", /^export: only rlvr's own/],
  [FULL_OFFERS, "sleep", "lora", /^sleep: .*--enable-sleep-mode/],
  [{ ...BARE_OFFERS, sleep: true }, "sleep", "lora", /^sleep: .*VLLM_ALLOW_RUNTIME_LORA_UPDATING/],
  [FULL_OFFERS, "restart", "weights", /^restart: .*policy\.vllm/],
])("says what stands in the way, case %#", (offers, wanted, format, advice) => {
  expect(() => chooseWeightSync(offers, wanted, format, RUN)).toThrow(
    expect.objectContaining({ code: "bad_recipe", advice: expect.stringMatching(advice) }),
  );
});

test("rlvr's own server is not restarted for new weights, since it starts on the base's", () => {
  const refused = expect.objectContaining({
    code: "bad_recipe",
    advice: expect.stringContaining("policy.sync at auto"),
  });
  expect(() => chooseWeightSync(OWN_OFFERS, "restart", "weights", RESTARTABLE)).toThrow(refused);
  expect(chooseWeightSync(OWN_OFFERS, "auto", "weights", RESTARTABLE).way).toBe("export");
});

test("a restart is made once for each export", async () => {
  const restarts: (string | undefined)[] = [];
  const restart = (directory: string | undefined): Promise<void> => {
    restarts.push(directory);
    return Promise.resolve();
  };
  const sync = chooseWeightSync(BARE_OFFERS, "restart", "weights", { ...RUN, restart });
  const { signal } = new AbortController();
  for (const directory of [undefined, "/exports/1", "/exports/1", "/exports/2"])
    await sync.load({} as ServerConnection, { policyVersion: 1, directory }, signal);
  expect(restarts).toEqual(["/exports/1", "/exports/2"]);
});
