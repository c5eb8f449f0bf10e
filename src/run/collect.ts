import { deriveSeed } from "../core/random.ts";
import { runAll } from "../sampling/run-all.ts";
import type { Verdict } from "../verifiers/verdict.ts";
import { responsesOfGroup, storeGroupRollouts, type StoredResponse } from "../tracking/rollouts.ts";
import { groupsOfStep, setGroupState, setStepPhase, type GroupRow, type StepRow } from "../tracking/steps.ts";
import { storeGroupVerdicts } from "../tracking/verdicts.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Phase `collect`: every group of the step is sampled and judged. A group's rows are written as soon as they are
 * there, so what a kill interrupts is at most the groups in flight; those are done again with the same seeds.
 */
export async function collect(context: RunContext, step: StepRow): Promise<void> {
  const { db, recipe, emit } = context;
  const groups = groupsOfStep(db, step.id);
  const open = groups.filter((group) => group.state !== "scaffolding");
  let done = groups.length - open.length;
  const tasks = open.map((group) => async () => {
    const responses =
      group.state === "verifying" ? responsesOfGroup(db, group.id) : await sampleGroup(context, step, group);
    await judgeGroup(context, group, responses);
    emit({ type: "group_finished", step: step.number, done: ++done, total: groups.length });
  });
  await runAll(tasks, { concurrency: recipe.sampling.concurrency, signal: context.signal });
  setStepPhase(db, step.id, "credit");
}

async function sampleGroup(context: RunContext, step: StepRow, group: GroupRow): Promise<StoredResponse[]> {
  const { db, run, recipe, policy } = context;
  setGroupState(db, group.id, "sampling");
  const { temperature, top_p: topP, top_k: topK, max_tokens: maxTokens, group_size: n } = recipe.sampling;
  // Completion i of a request is drawn with seed + i, so its number in the group is all that its seed depends on.
  const seed = deriveSeed(run.seed, "sample", step.number, group.slot);
  const prompt = await policy.call((client) => context.prompts(client, group.problem.problem));
  const request = { promptIds: prompt.tokenIds, n, seed, temperature, topP, topK, maxTokens };
  const completions = await policy.complete(request);
  const rows = completions.map((completion, number) => ({ ...completion, seed: seed + number }));
  return storeGroupRollouts(db, group.id, prompt, step.policyVersion, rows);
}

async function judgeGroup(context: RunContext, group: GroupRow, responses: readonly StoredResponse[]): Promise<void> {
  const { db, judge, signal } = context;
  const texts = responses.map((response) => response.text);
  const verdicts = await judge.group(group.problem, texts, signal);
  const rows = responses.map(({ rolloutId }, index) => ({
    rolloutId,
    verifier: judge.name,
    version: judge.version,
    ...(verdicts[index] as Verdict),
  }));
  storeGroupVerdicts(db, group.id, rows);
}
