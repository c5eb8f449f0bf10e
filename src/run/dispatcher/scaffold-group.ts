import { messageOf } from "../../core/errors.ts";
import { deriveSeed } from "../../core/random.ts";
import type { Hint, HintParts, ScaffoldGroup } from "../../scaffolds/scaffold.ts";
import {
  earlierPassRates,
  finishScaffolding,
  hintsOfGroup,
  skipHint,
  storeHint,
  verdictsOfGroup,
  type GroupVerdict,
  type HintRow,
} from "../../tracking/hints.ts";
import { unjudgedResponses } from "../../tracking/rollouts.ts";
import type { GroupRow, StepRow } from "../../tracking/steps.ts";
import type { RunContext, SamplingContext } from "../run-context.ts";
import { problemRecord } from "../scoring/judge.ts";
import { chosenAs } from "./ordinals.ts";
import { judgeGroup, sampleInto } from "./sample-group.ts";
import { unsampledReason } from "./unsampled.ts";

/**
 * Does with a judged group what the scaffold decides: a hint is a row before it is sampled, and what the scaffold sees
 * is made of rows alone, so a search that a kill cut short goes on where it stood.
 */
export async function scaffoldGroup(context: SamplingContext, step: StepRow, group: GroupRow): Promise<void> {
  const { db, scaffold } = context;
  for (;;) {
    const hints = hintsOfGroup(db, group.id);
    const verdicts = verdictsOfGroup(db, group.id);
    const last = hints.at(-1);
    if (last !== undefined && (await completeAttempt(context, group, last, verdicts))) continue;
    const decision = scaffold.decide(scaffoldView(context, { step, group, hints, verdicts }));
    if (decision.kind === "done") {
      const standIns = decision.replacements.map(({ rollout, attempt, sample, trainedUnder }) => ({
        rolloutId: rolloutIdAt(rolloutsUnder(hints[attempt], verdicts), sample),
        replaces: rollout,
        trainedUnder,
      }));
      const state = context.teacher === undefined ? "collected" : "teaching";
      finishScaffolding(db, group.id, { state, outcome: decision.outcome }, standIns);
      return;
    }
    await startAttempt(context, group, hints.length, decision.hint, decision.samples);
  }
}

/** Samples or judges what the newest attempt still lacks. False when it is complete. */
async function completeAttempt(
  context: SamplingContext,
  group: GroupRow,
  hint: HintRow,
  verdicts: readonly GroupVerdict[],
): Promise<boolean> {
  if (hint.skipReason !== null) return false;
  const { db, run, recipe } = context;
  if (rolloutsUnder(hint, verdicts).length === 0) {
    const seed = deriveSeed(run.seed, "hint", ...chosenAs(recipe, group.ordinal), hint.attempt);
    try {
      const prompt = await promptWith(context, group, hint);
      const request = { prompt, hintId: hint.id, samples: hint.samples, seed, firstNumber: verdicts.length };
      await sampleInto(context, group, request, "scaffolding");
    } catch (error) {
      if (unsampledReason(error) === undefined) throw error;
      skipHint(db, hint.id, messageOf(error));
      return true;
    }
  } else if (unjudgedResponses(db, group.id).length === 0) return false;
  await judgeGroup(context, group);
  return true;
}

/** Writes down that a hint is tried next, or why it is not. */
async function startAttempt(
  context: SamplingContext,
  group: GroupRow,
  attempt: number,
  hint: Hint,
  samples: number,
): Promise<void> {
  const skipReason = await skipReasonOf(context, group, hint);
  storeHint(context.db, { groupId: group.id, attempt, ...hint, samples, skipReason });
}

async function skipReasonOf(context: RunContext, group: GroupRow, hint: Hint): Promise<string | null> {
  const { recipe, policy } = context;
  try {
    const { tokenIds } = await promptWith(context, group, hint);
    const needed = tokenIds.length + recipe.sampling.max_tokens;
    if (needed <= policy.maxModelLength) return null;
    return `prompt and completion need ${needed} tokens, the policy has ${policy.maxModelLength}`;
  } catch (error) {
    if (unsampledReason(error) === undefined) throw error;
    return messageOf(error);
  }
}

function promptWith({ policy, sources, signal }: RunContext, group: GroupRow, { tier, level, parts }: Hint) {
  const { prompts } = sources(group.problem);
  return policy.call((client) => prompts(client, problemRecord(group.problem), { tier, level, parts }), signal);
}

function scaffoldView(
  { db, scaffold, history, progress }: SamplingContext,
  {
    step,
    group,
    hints,
    verdicts,
  }: {
    readonly step: StepRow;
    readonly group: GroupRow;
    readonly hints: readonly HintRow[];
    readonly verdicts: readonly GroupVerdict[];
  },
): ScaffoldGroup {
  const passed = verdicts.filter(({ hintId }) => hintId === null).map((verdict) => verdict.passed);
  return {
    step: step.number,
    progress,
    passed,
    hints: (group.problem.hints ?? {}) as HintParts,
    attempts: hints.map((hint) => ({ ...hint, passed: rolloutsUnder(hint, verdicts).map((each) => each.passed) })),
    earlierPassRates: scaffold.looksBack ? earlierPassRates(db, history, step, group.problemId) : [],
  };
}

function rolloutsUnder(hint: HintRow | undefined, verdicts: readonly GroupVerdict[]): GroupVerdict[] {
  return verdicts.filter(({ hintId }) => hintId !== null && hintId === hint?.id);
}

function rolloutIdAt(verdicts: readonly GroupVerdict[], sample: number): number {
  const id = verdicts[sample]?.rolloutId;
  if (id === undefined) throw new Error(`the scaffold chose rollout ${sample} of a hint that has ${verdicts.length}`);
  return id;
}
