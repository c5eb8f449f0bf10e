import { readFileSync } from "node:fs";
import { z } from "zod";
import { packagePath } from "../../src/core/package-files.ts";
import { decodeSafetensors, tensorOf } from "../../src/core/safetensors.ts";
import type { RewardGroup } from "../../src/objectives/objective.ts";

// What TRL and verl compute by their own functions: see python/differential/make_expected.py.
const golden = decodeSafetensors(readFileSync(packagePath("test/golden/objectives.safetensors")), "golden objectives");

/** What stands beside the numbers. */
export const about = z
  .object({
    groups_a_batch: z.int(),
    max_tokens: z.int(),
    overlong_buffer: z.int(),
    /** Recipes whose losses were computed: the tensor `surrogate.loss.<index>` holds those of each. */
    variants: z.array(
      z.object({ package: z.string(), objective: z.string(), options: z.record(z.string(), z.unknown()) }),
    ),
  })
  .parse(JSON.parse(golden.metadata["about"] ?? "null"));

/** The values of a tensor. */
export function floats(name: string): Float32Array {
  return tensorOf(golden, name, "F32").data;
}

/** The values of a tensor of integers. */
export function integers(name: string): Int32Array {
  return tensorOf(golden, name, "I32").data;
}

/**
 * The 1,000 random groups in batches, as objectives take them.
 * @param rewards the tensor that holds them; NaN stands for null.
 */
export function goldenBatches(rewards = "rewards"): RewardGroup[][] {
  const values = [...floats(rewards)].map((reward) => (Number.isNaN(reward) ? null : reward));
  const lengths = [...integers("lengths")];
  const answers = [...integers("answers")].map((answer) => (answer < 0 ? null : String(answer)));
  const batches: RewardGroup[][] = [];
  let start = 0;
  for (const [index, size] of integers("group_sizes").entries()) {
    const end = start + size;
    if (index % about.groups_a_batch === 0) batches.push([]);
    batches.at(-1)?.push({
      rewards: values.slice(start, end),
      lengths: lengths.slice(start, end),
      answers: answers.slice(start, end),
    });
    start = end;
  }
  return batches;
}
