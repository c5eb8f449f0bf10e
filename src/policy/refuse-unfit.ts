import { RlvrError } from "../core/errors.ts";
import type { ServerOffers } from "./server-offers.ts";

/**
 * Refuses a server whose completions cannot be trained on.
 * @throws RlvrError `bad_recipe` that says what it has to be started with.
 */
export function refuseUnfit(url: string, { kind, tokenIds, processedLogprobs, promptLogprobs }: ServerOffers): void {
  if (!tokenIds)
    throw new RlvrError("bad_recipe", `${url} answers without token ids, and text is never tokenised again`, {
      advice: "Sample from rlvr's own server, or from a vLLM that knows return_token_ids (0.10.2 or newer).",
    });
  if (processedLogprobs === false)
    throw new RlvrError("bad_recipe", `${url} gives log-probabilities from before temperature and truncation`, {
      advice: "Start vLLM with --logprobs-mode processed_logprobs. `rlvr doctor --policy` tells what else it lacks.",
    });
  // rlvr's own server checks the hash of what it loads.
  if (!promptLogprobs && kind !== "rlvr")
    throw new RlvrError("bad_recipe", `${url} gives no prompt_logprobs, by which to see that new weights arrived`, {
      advice: "Sample from a vLLM that gives them (any; an older one without --enable-prefix-caching).",
    });
}
