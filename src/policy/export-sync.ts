import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import type { ServerOffers } from "./server-offers.ts";
import type { WeightSync } from "./weight-sync.ts";

/** rlvr's own server loads an export; it tells its version with every completion. */
export function exportSync({ model }: Pick<ServerOffers, "model">): WeightSync {
  const modelsAnswer = z.object({ policy_version: z.int() });
  return {
    way: "export",
    async load(server, { policyVersion, directory }, signal) {
      const served = await server.ask("/v1/models", { schema: modelsAnswer, signal });
      if (served.policy_version === policyVersion) return { model };
      if (directory === undefined) {
        throw new RlvrError("policy_failed", `the policy server at ${server.url} serves other weights than the base`, {
          advice:
            "Restart it on the recipe's policy.model, or let the run serve the policy itself (leave out policy.url).",
        });
      }
      const body = { directory, policy_version: policyVersion };
      const loaded = await server.ask("/load_export", { body, schema: modelsAnswer, signal });
      if (loaded.policy_version === policyVersion) return { model };
      const found = `loaded policy version ${loaded.policy_version} instead of ${policyVersion}`;
      throw new RlvrError("protocol_violation", `${server.url} ${found}`, {
        advice: "Let nobody else load weights into a server that a run samples from.",
      });
    },
  };
}
