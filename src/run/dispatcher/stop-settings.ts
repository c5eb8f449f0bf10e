import type { CompletionRequest } from "../../policy/policy-client.ts";

/** How completions end, as a recipe's sampling and a suite's set name it. */
export interface StopOptions {
  readonly stop?: readonly string[] | undefined;
  readonly stop_token_ids?: readonly number[] | undefined;
  readonly skip_special_tokens?: boolean | undefined;
}

/** That part of a request to a policy server. */
export function stopSettings({
  stop,
  stop_token_ids: stopTokenIds,
  skip_special_tokens: skipSpecialTokens,
}: StopOptions): Pick<CompletionRequest, "stop" | "stopTokenIds" | "skipSpecialTokens"> {
  return { stop, stopTokenIds, skipSpecialTokens };
}
