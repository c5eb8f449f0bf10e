import { RlvrError } from "../core/errors.ts";
import type { ServerOffers } from "./server-offers.ts";

/**
 * Refuses a server whose completions cannot be trained on.
 * @throws RlvrError `bad_recipe` that says what it has to be started with.
 */
export function refuseUnfit(url: string, { tokenIds, processedLogprobs }: ServerOffers): void {
  if (!tokenIds)
    throw new RlvrError("bad_recipe", `${url} answers without token ids, and text is never tokenised again`, {
      advice: "Sample from rlvr's own server, or from a vLLM that knows return_token_ids (0.10.2 or newer).",
    });
  if (processedLogprobs === false)
    throw new RlvrError("bad_recipe", `${url} gives log-probabilities from before temperature and truncation`, {
      advice: "Start vLLM with --logprobs-mode processed_logprobs. `rlvr doctor --policy` tells what else it lacks.",
    });
}
