import { onTestFinished } from "vitest";
import type { Completion, CompletionRequest } from "../../src/policy/policy-client.ts";
import {
  createPolicyService,
  type PolicyService,
  type PolicyServiceOptions,
} from "../../src/run/services/policy-service.ts";
import { choiceOf } from "./misbehaving-server.ts";
import { request } from "./policy-fixture.ts";

/** Times of a run, scaled down. */
export const QUICK = {
  patience: { delayMs: 2, longestDelayMs: 20, outageMs: 400 },
  breaker: { failures: 3, restMs: 10, longestRestMs: 40 },
  timeouts: { connectMs: 1000, firstByteMs: 1000, idleMs: 500 },
};

/** A policy service on servers that somebody runs; it ends with the test. */
export async function serviceOf(
  urls: readonly string[],
  changes: Partial<PolicyServiceOptions> = {},
): Promise<PolicyService> {
  const service = await createPolicyService({
    modelDirectory: "/nowhere",
    urls,
    mode: "deterministic",
    weights: undefined,
    onRestart: () => undefined,
    signal: new AbortController().signal,
    ...QUICK,
    ...changes,
  });
  onTestFinished(() => service.close());
  return service;
}

/** A group that is answered in one piece. */
export const GROUP: CompletionRequest = request({ n: 8, seed: 40 });
/** What an undisturbed server gives. */
export function expected({ n, seed }: CompletionRequest): Omit<Completion, "policyVersion">[] {
  return Array.from({ length: n }, (_, index) => {
    const choice = choiceOf(seed + index) as {
      token_ids: number[];
      text: string;
      logprobs: { token_logprobs: number[] };
    };
    const { token_ids: tokenIds, text, logprobs } = choice;
    return { tokenIds, text, logprobs: logprobs.token_logprobs, finishReason: "stop" };
  });
}

/** The answer of an undisturbed server to a request of one completion. */
export function whole(seed: number): string {
  return JSON.stringify({ choices: [choiceOf(seed)] });
}
