import { RlvrError } from "../../core/errors.ts";
import { deriveSeed } from "../../core/random.ts";
import { storeRollouts, unjudgedResponses, type Prompt } from "../../tracking/rollouts.ts";
import { setGroupState, type GroupRow, type GroupState } from "../../tracking/steps.ts";
import { storeVerdicts } from "../../tracking/verdicts.ts";
import { judgedText, problemRecord, type JudgedResponse } from "../scoring/judge.ts";
import type { RunContext, SamplingContext } from "../run-context.ts";
import { stopWithoutVerdicts } from "../scoring/require-verdicts.ts";
import { chosenAs } from "./ordinals.ts";
import { sampleInSpans } from "./sample-in-spans.ts";
import { stopSettings } from "./stop-settings.ts";

/**
 * Samples a group's own rollouts, under the plain prompt of its problem.
 * @throws RlvrError `prompt_too_long` when the servers have less room than it needs, though they had it at the start of the
 * run; what sampling throws.
 */
export async function sampleGroup(context: SamplingContext, group: GroupRow): Promise<void> {
  const { db, run, recipe, policy, signal } = context;
  setGroupState(db, group.id, "sampling");
  const prompt = await policy.call(
    (client) => context.sources(group.problem).prompts(client, problemRecord(group.problem)),
    signal,
  );
  requireRoom(prompt, recipe.sampling.max_tokens, policy.maxModelLength);
  const seed = deriveSeed(run.seed, "sample", ...chosenAs(recipe, group.ordinal));
  const request = { prompt, hintId: null, samples: recipe.sampling.group_size, seed, firstNumber: 0 };
  await sampleInto(context, group, request, "verifying");
}

/** A server with too little room would refuse the prompt, or cut its completions short. */
function requireRoom({ tokenIds }: Prompt, maxTokens: number, maxModelLength: number): void {
  const needed = tokenIds.length + maxTokens;
  if (needed <= maxModelLength) return;
  throw new RlvrError(
    "prompt_too_long",
    `prompt and completion need ${needed} tokens, the policy has ${maxModelLength}`,
    {
      advice: "Give the server more (vLLM: --max-model-len), or lower sampling.max_tokens in another run.",
    },
  );
}

/** Samples rollouts of a group under a prompt, stores them, and moves the group to a state. */
export async function sampleInto(
  context: SamplingContext,
  group: GroupRow,
  request: {
    readonly prompt: Prompt;
    readonly hintId: number | null;
    readonly samples: number;
    readonly seed: number;
    /** How many rollouts the group has already. */
    readonly firstNumber: number;
  },
  state: GroupState,
): Promise<void> {
  const { db, recipe, policy, weights, signal } = context;
  const { temperature, top_p: topP, top_k: topK, max_tokens: maxTokens } = recipe.sampling;
  const { prompt, hintId, samples: n, seed, firstNumber } = request;
  // Completion i of a request is drawn with seed + i, so its number is all that its seed depends on.
  const stops = stopSettings(recipe.sampling);
  const asked = { promptIds: prompt.tokenIds, n, seed, temperature, topP, topK, maxTokens, ...stops };
  const under = { prompt, hintId, firstNumber };
  if (weights === undefined) return sampleInSpans(context, group, asked, under, state);
  const { policyVersion } = weights;
  const completions = await policy.complete(asked, signal, weights);
  const rows = completions.map((completion, index) => ({ ...completion, seed: seed + index, policyVersion }));
  storeRollouts(db, group.id, under, rows, state);
}

/** Has the rollouts of a group judged that have no verdict yet; the group is then in state `scaffolding`. */
export async function judgeGroup(context: RunContext, group: GroupRow): Promise<void> {
  const { db, sources, signal } = context;
  const { judge } = sources(group.problem);
  const responses = unjudgedResponses(db, group.id);
  const judged = await judge.group(problemRecord(group.problem), responses.map(judgedText), signal);
  const rows = responses.map(({ rolloutId }, index) => ({ rolloutId, ...(judged[index] as JudgedResponse) }));
  storeVerdicts(db, group.id, rows, "scaffolding");
  if (rows.every(({ outcome }) => outcome.reward === null)) stopWithoutVerdicts(context, group.problem.source);
}
