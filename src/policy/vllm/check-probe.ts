import { RlvrError } from "../../core/errors.ts";
import type { ServerConnection } from "../server-connection.ts";
import { scoreTokens } from "../token-scores.ts";
import { compareProbe, probeTolerance, type ProbeComparison } from "./compare-probe.ts";

/** A sequence with the trainer's log-probabilities of what follows the prompt, as the manifest of an export has it. */
export interface WeightProbe {
  readonly input_ids: readonly number[];
  readonly prompt_length: number;
  /** Under the exported weights, at temperature 1. */
  readonly logprobs: readonly number[];
  /** Under those before them. */
  readonly parent_logprobs: readonly number[];
}

/**
 * Asks a server for the log-probabilities of an export's probe and compares them with the trainer's: a sync that did not
 * take would else be a run that trains off its policy without a word. Only for a server that offers prompt_logprobs.
 * The last token of the probe is left out, so that it fits a context that it fills.
 * @returns the numbers, to be recorded.
 * @throws RlvrError `policy_failed` when they do not fit, which another load may cure or not: see its advice.
 */
export async function checkProbe(
  server: ServerConnection,
  model: string,
  probe: WeightProbe,
  signal: AbortSignal,
): Promise<ProbeComparison> {
  const { input_ids: ids, prompt_length: start } = probe;
  const end = Math.max(start + 1, ids.length - 1);
  const sequence = { model, promptIds: ids.slice(0, start), completionIds: ids.slice(start, end) };
  const served = await scoreTokens(server, sequence, signal);
  const comparison = compareProbe(
    served,
    probe.logprobs.slice(0, served.length),
    probe.parent_logprobs.slice(0, served.length),
  );
  if (comparison.verdict === "fits") return comparison;
  throw misfit(server.url, comparison, probeTolerance(served.length));
}

function misfit(
  url: string,
  { verdict, meanAbs, maxAbs, parentMeanAbs }: ProbeComparison,
  tolerance: number,
): RlvrError {
  const numbers =
    `its log-probabilities are off by ${meanAbs.toFixed(4)} a token (largest ${maxAbs.toFixed(3)}), ` +
    `and by ${parentMeanAbs.toFixed(4)} from the weights before`;
  return verdict === "stale"
    ? new RlvrError("policy_failed", `${url} still samples from the weights before: ${numbers}`, {
        advice:
          "The load did not take. See the server's log; another policy.sync may work, or a restart of the server.",
      })
    : new RlvrError("policy_failed", `${url} does not sample from the trainer's weights: ${numbers}`, {
        advice:
          `More than ${tolerance.toFixed(2)} is more than rounding. Serve the base that is trained (policy.model), unquantised, ` +
          "in the same dtype, with --generation-config vllm; else compare the two models on this prompt by hand.",
      });
}
