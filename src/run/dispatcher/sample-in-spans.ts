import { transact } from "../../tracking/transaction.ts";
import type { CompletionRequest, CompletionSpan } from "../../policy/policy-client.ts";
import { deriveSeed } from "../../core/random.ts";
import { storeRollouts, type NewRollout, type SampledUnder } from "../../tracking/rollouts.ts";
import { foldSpans, storeSpan, unfoldedSpans, type Span } from "../../tracking/spans.ts";
import type { GroupRow, GroupState } from "../../tracking/steps.ts";
import type { RunContext } from "../run-context.ts";

/**
 * Samples rollouts of a group, each in spans of one version of the weights, which are rows as they end: after a kill a
 * rollout goes on from its last one. When all are whole they are stored, and the group moves to a state.
 */
export async function sampleInSpans(
  { db, policy, signal }: RunContext,
  group: GroupRow,
  request: CompletionRequest,
  under: SampledUnder,
  state: GroupState,
): Promise<void> {
  const known = unfoldedSpans(db, group.id, under.firstNumber);
  const rollouts = await Promise.all(
    Array.from({ length: request.n }, async (_, index): Promise<NewRollout> => {
      const number = under.firstNumber + index;
      const spans = known.get(number) ?? [];
      const seed = request.seed + index;
      if (!isWhole(spans)) {
        const sampled = spans.flatMap(({ tokenIds }) => tokenIds);
        const rest = {
          ...request,
          n: 1,
          // As at a switch of weights, the random numbers of the first tokens are not drawn again.
          seed: spans.length === 0 ? seed : deriveSeed(seed, "resumed", spans.length),
          promptIds: [...request.promptIds, ...sampled],
          maxTokens: request.maxTokens - sampled.length,
        };
        const take = (sent: CompletionSpan): void => {
          const span = spanOf(sent);
          storeSpan(db, { groupId: group.id, number, place: spans.length }, span);
          spans.push(span);
        };
        await policy.completeInSpans(rest, take, signal);
      }
      return joined(seed, spans);
    }),
  );
  transact(db, () => {
    storeRollouts(db, group.id, under, rollouts, state);
    foldSpans(db, group.id);
  });
}

function isWhole(spans: readonly Span[]): boolean {
  return spans.at(-1)?.finishReason != null;
}

function spanOf({ policyVersion, finishReason, ...sent }: CompletionSpan): Span {
  if (policyVersion === undefined) throw new Error("a span came of no version");
  return { ...sent, policyVersion, finishReason: finishReason === "interrupted" ? null : finishReason };
}

function joined(seed: number, spans: readonly Span[]): NewRollout {
  const [first] = spans;
  const finishReason = spans.at(-1)?.finishReason;
  if (first === undefined || finishReason == null) throw new Error("a rollout ended without its last span");
  return {
    seed,
    policyVersion: first.policyVersion,
    tokenIds: spans.flatMap(({ tokenIds }) => tokenIds),
    logprobs: spans.flatMap(({ logprobs }) => logprobs),
    text: spans.map(({ text }) => text).join(""),
    finishReason,
  };
}
