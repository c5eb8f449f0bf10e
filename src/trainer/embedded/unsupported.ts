import { RlvrError } from "../../core/errors.ts";
import type { DecodedBatch } from "../protocol/batch.ts";
import type { PolicyModel } from "./policy-model.ts";

const TENSORS: ReadonlySet<string> = new Set([
  "input_ids",
  "cu_seqlens",
  "action_mask",
  "sampling_logprobs",
  "policy_version",
  "advantages",
  "weights",
  "advantages_2",
  "weights_2",
  "temperature",
  "opt_step",
  "sequence_id",
  "ref_logprobs",
]);

/**
 * Refuses what the embedded trainer would otherwise silently leave out, or cannot compute.
 * @throws RlvrError `trainer_failed` for a tensor that it does not use (each by name), `protocol_violation` for a
 * correction that would do nothing, and for ids or lengths that the policy does not have.
 */
export function refuseUnsupported({ manifest, packed, tensorNames }: DecodedBatch, model: PolicyModel): void {
  const unknown = tensorNames.filter((name) => !TENSORS.has(name));
  if (unknown.length > 0) {
    throw new RlvrError("trainer_failed", `the embedded trainer does not use the tensor ${unknown.join(", ")}`, {
      advice: "Leave it out: credit from a teacher belongs in the advantages. Or use another trainer.",
    });
  }
  const { correction, old } = manifest.objective;
  if (correction !== null && old === "sampler") {
    throw new RlvrError(
      "protocol_violation",
      `the correction ${correction.mode} needs old log-probabilities of its own`,
      {
        advice:
          'Set old to "recompute". With "sampler" the old log-probabilities are the sampler\'s: nothing to correct.',
      },
    );
  }
  for (let index = 0; index < packed.optStep.length; index++) {
    const length = (packed.cuSeqlens[index + 1] ?? 0) - (packed.cuSeqlens[index] ?? 0);
    if (length > model.maxLength) {
      throw new RlvrError(
        "protocol_violation",
        `a sequence has ${length} tokens, the policy takes ${model.maxLength}`,
        {
          advice: "Lower the completions' max_tokens, or use a policy with more positions.",
        },
      );
    }
  }
  const foreign = packed.inputIds.find((id) => id < 0 || id >= model.vocabularySize);
  if (foreign !== undefined) {
    throw new RlvrError(
      "protocol_violation",
      `token id ${foreign} is outside the policy's ${model.vocabularySize} tokens`,
      {
        advice: "Sample and train with the same policy directory.",
      },
    );
  }
}
