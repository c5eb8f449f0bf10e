import type { ActiveRequest } from "../active-request.ts";
import type { PromptState } from "../kv-cache.ts";
import type { PolicyGraph } from "../policy-graph.ts";
import type { PromptCache } from "../prompt-cache.ts";
import type { StepTally } from "../step-tally.ts";

/** Most tokens of one prefill batch, padding included. */
const PREFILL_TOKENS = 2048;
/** Prompts are padded to a multiple of this, a function of their own length alone. */
const PREFILL_BLOCK = 8;

/** Where prompts are computed. */
export interface PromptSources {
  /** States of finished prompts; it gets those that are computed. */
  readonly cache: PromptCache;
  readonly tally: StepTally;
  readonly graph: PolicyGraph;
  /** Fewest rows of a batch. */
  readonly minRows: number;
  /** Longest prompt that the policy takes, in tokens. */
  readonly maxLength: number;
}

/** Gives every request its prompt's state: from the cache, or computed, prompts of one padded length at a time. */
export async function givePrompts(chosen: readonly ActiveRequest[], sources: PromptSources): Promise<void> {
  const { cache, tally, graph, minRows } = sources;
  const missing = new Map<number, Map<string, readonly number[]>>();
  for (const active of chosen) {
    if (active.prompt !== undefined) continue;
    active.prompt = cache.get(active.promptKey);
    if (active.prompt !== undefined) {
      tally.found();
      continue;
    }
    const { promptIds, promptKey } = active;
    const length = Math.min(Math.ceil(promptIds.length / PREFILL_BLOCK) * PREFILL_BLOCK, sources.maxLength);
    const group = missing.get(length) ?? new Map<string, readonly number[]>();
    missing.set(length, group.set(promptKey, promptIds));
  }
  const computed = new Map<string, PromptState>();
  for (const [length, group] of missing) {
    const prompts = [...group];
    const most = Math.max(2, Math.floor(PREFILL_TOKENS / length));
    for (let start = 0; start < prompts.length; start += most) {
      const batch = prompts.slice(start, start + most);
      const ids = batch.map(([, promptIds]) => promptIds);
      const states = await graph.prefill(ids, length, minRows);
      for (const [index, [key, promptIds]] of batch.entries()) {
        computed.set(key, states[index] as PromptState);
        tally.computed(promptIds.length);
      }
    }
  }
  for (const [key, state] of computed) cache.set(key, state);
  for (const active of chosen) active.prompt ??= computed.get(active.promptKey);
}
