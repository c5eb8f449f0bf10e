import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import type { WeightSync } from "./weight-sync.ts";

const loadAnswer = z.object({ policy_version: z.int() });
const modelsAnswer = z.object({ data: z.array(z.object({ id: z.string() })).min(1) });

/** rlvr's own server reads an export from its directory; completions that run end first, under the old weights. */
export const exportSync: WeightSync = {
  way: "export",
  async load(server, { policyVersion, directory }, signal) {
    const body = { directory, policy_version: policyVersion };
    const answer = await server.ask("/load_export", { body, schema: loadAnswer, signal });
    if (answer.policy_version !== policyVersion) {
      const loaded = `${server.url} loaded policy version ${answer.policy_version} instead of ${policyVersion}`;
      throw new RlvrError("protocol_violation", loaded, { advice: "Use rlvr's own server." });
    }
    const { data } = await server.ask("/v1/models", { schema: modelsAnswer, signal });
    return { model: (data[0] as { id: string }).id };
  },
};
