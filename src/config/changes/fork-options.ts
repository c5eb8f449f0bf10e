import { isDeepStrictEqual } from "node:util";
import { takesEffect } from "./changeable-options.ts";
import type { Recipe } from "../recipe-schema.ts";
import { sourcesOf } from "../recipe-sources.ts";

/**
 * What a fork (`rlvr run --from RUN:STEP`) may change, and what it takes over. Any option may change but those that the
 * checkpoint itself depends on: weights, tokenizer and the optimiser's state come from it.
 */

/** Options that no fork may change, by the beginning of their path, with the reason. */
export const FIXED_IN_FORKS: readonly (readonly [beginning: string, reason: string])[] = [
  ["policy.model", "the checkpoint holds weights of that model, for its tokenizer"],
  ["policy.weights", "the checkpoint was trained from them, and they are what a KL term compares with"],
  ["trainer.torch.mode", "the checkpoint holds what that mode trains"],
  ["trainer.torch.lora.rank", "the checkpoint holds an adapter of that shape"],
  ["trainer.torch.lora.alpha", "the adapter was trained at that scale"],
  ["trainer.torch.lora.targets", "the checkpoint holds an adapter of those modules"],
  ["trainer.torch.dtype", "the checkpoint holds numbers of that type"],
];

/** Why a fork may not change an option; undefined where it may. */
export function whyFixedInForks(path: string, before: unknown, after: unknown): string | undefined {
  // The whole section comes or goes: another trainer, which reads no checkpoints of this one.
  if (path === "trainer.torch" && (before === null || after === null)) return "another trainer wrote the checkpoint";
  return FIXED_IN_FORKS.find(([beginning]) => path === beginning || path.startsWith(`${beginning}.`))?.[1];
}

/** What a run is made from, as far as it decides what a fork takes over. */
export interface RunSetup {
  readonly recipe: Recipe;
  readonly promptTemplate: string;
  readonly practiceSetId: number;
  readonly developmentSetId: number | null;
  readonly testSetId: number | null;
}

/**
 * Whether a fork goes on from its parent's curriculum state: unless it has another curriculum, another order of arms, or
 * other problems to practise. Then the curriculum begins anew.
 */
export function carriesCurriculum(parent: RunSetup, fork: RunSetup): boolean {
  const parts = ({ recipe: { curriculum, problems, sampling }, practiceSetId, promptTemplate }: RunSetup): unknown => [
    curriculum.name,
    curriculum["order"],
    practiceSetId,
    problems.arms,
    problems.too_long,
    // With them, other problems are too long.
    problems.too_long === "drop" && [sampling.max_tokens, promptTemplate],
  ];
  return isDeepStrictEqual(parts(parent), parts(fork));
}

/**
 * Whether pass rates and accuracies of a fork mean what its parent's meant: the same prompt, verifiers and ends of
 * completions, the same held-out problems and as many of them. Then its scaffold, monitors and evaluations go on from the parent's; else they begin anew.
 */
export function judgesAlike(parent: RunSetup, fork: RunSetup): boolean {
  const parts = ({ recipe, promptTemplate, developmentSetId, testSetId }: RunSetup): unknown => [
    promptTemplate,
    developmentSetId,
    testSetId,
    recipe.evaluation.limit,
    recipe.sampling.max_tokens,
    recipe.sampling.truncated,
    recipe.sampling.stop,
    recipe.sampling.stop_token_ids,
    recipe.sampling.skip_special_tokens,
    // Not how a verifier is run, such as its deadline.
    sourcesOf(recipe).map(({ name, verifiers }) => [
      name,
      verifiers.map((verifier) =>
        Object.entries(verifier).filter(([option]) => takesEffect(["verifiers", "0", option]) === undefined),
      ),
    ]),
  ];
  return isDeepStrictEqual(parts(parent), parts(fork));
}
