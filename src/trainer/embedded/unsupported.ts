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
  "temperature",
  "opt_step",
  "sequence_id",
  "ref_logprobs",
]);

/**
 * Refuses what the embedded trainer would otherwise silently leave out, or cannot compute.
 * @throws RlvrError `trainer_failed` for a setting or tensor that it does not implement (each by name),
 * `protocol_violation` for ids or lengths that the policy does not have.
 */
export function refuseUnsupported({ manifest, packed, tensorNames }: DecodedBatch, model: PolicyModel): void {
  const { ratio, old, correction, kl } = manifest.objective;
  const unsupported = [
    ratio === "token" ? "" : `objective.ratio "${ratio}"`,
    old === "sampler" ? "" : `objective.old "${old}"`,
    correction === null ? "" : `objective.correction "${correction.mode}"`,
    kl.kind === "k3" ? "" : `objective.kl.kind "${kl.kind}"`,
    ...tensorNames.filter((name) => !TENSORS.has(name)).map((name) => `the tensor ${name}`),
  ].filter((name) => name !== "");
  if (unsupported.length > 0) {
    throw new RlvrError("trainer_failed", `the embedded trainer does not implement ${unsupported.join(", ")}`, {
      advice:
        'It implements ratio "token", old "sampler", no correction, KL "k3". Change the recipe or use another trainer.',
    });
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
