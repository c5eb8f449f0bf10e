import { deriveSeed } from "../../core/random.ts";
import { problemsOfIds, type ProblemRow } from "../../tracking/problem-sets.ts";
import type { HintParts } from "../../scaffolds/scaffold.ts";
import type { RunContext } from "../run-context.ts";
import { stopSettings } from "../dispatcher/stop-settings.ts";
import { judgedText, problemRecord, type JudgedResponse } from "../scoring/judge.ts";

/** Problems that are tried; of more sources, one of each. */
const PROBLEMS = 3;

/** A rollout of a problem that was tried, as it was judged. */
export interface TriedRollout {
  readonly text: string;
  readonly tokens: number;
  /** Whether it was cut at `sampling.max_tokens`. */
  readonly truncated: boolean;
  /** Null where a verifier crashed, ran late, or had nothing to say. */
  readonly reward: number | null;
  readonly passed: boolean | null;
  /** What verifiers that failed said, by their labels. */
  readonly errors: readonly { readonly verifier: string; readonly message: string }[];
}

/** A problem that was tried: its prompt and a group of rollouts. */
export interface TriedProblem {
  /** The problem's key. */
  readonly key: string;
  readonly arm: string;
  /** The prompt as the template renders it. */
  readonly prompt: string;
  /** Tokens of the prompt, those of the chat template included. */
  readonly promptTokens: number;
  /** The prompt with the strongest hint that the scaffold gives; undefined where it gives none. No rollout is sampled under it. */
  readonly hinted: string | undefined;
  readonly rollouts: readonly TriedRollout[];
}

/** What a few problems gave, and how long it took. */
export interface Rehearsal {
  readonly problems: readonly TriedProblem[];
  /** Seconds of sampling all of them at once. */
  readonly seconds: number;
}

/**
 * Samples and judges a group for each of a few practice problems of different arms, as a step would. Nothing is stored.
 * @throws RlvrError of a server that does not sample.
 */
export async function rehearse(context: RunContext): Promise<Rehearsal> {
  const { db, policy, sources, signal } = context;
  const rows = problemsOfIds(db, problemsToTry(context));
  const asked = await Promise.all(
    rows.map(async (row) => ({
      row,
      prompt: await policy.call((client) => sources(row).prompts(client, problemRecord(row)), signal),
      hinted: await hintedPrompt(context, row),
    })),
  );
  const started = performance.now();
  const sampled = await Promise.all(asked.map(({ prompt }, place) => sample(context, prompt.tokenIds, place)));
  const seconds = (performance.now() - started) / 1000;
  const problems: TriedProblem[] = [];
  for (const [place, { row, prompt, hinted }] of asked.entries()) {
    const rollouts = await judge(context, row, sampled[place] ?? []);
    problems.push({
      key: row.key,
      arm: row.arm,
      prompt: prompt.text,
      promptTokens: prompt.tokenIds.length,
      hinted,
      rollouts,
    });
  }
  return { problems, seconds };
}

/** Ids of problems of as many sources as there are, and of each of different arms. */
function problemsToTry({ db, problemsByArm }: RunContext): number[] {
  const firsts = new Map([...problemsByArm].map(([arm, [first = 0]]) => [first, arm]));
  const bySource = Map.groupBy(problemsOfIds(db, [...firsts.keys()]), ({ source }) => source ?? "");
  const most = Math.max(PROBLEMS, bySource.size);
  const own = [...bySource].map(([source, rows]): [string, number[]] => {
    const arms = rows.map(({ id }) => firsts.get(id) ?? "");
    return [source, spreadOver(new Map(arms.map((arm) => [arm, problemsByArm.get(arm) ?? []])), most)];
  });
  return spreadOver(new Map(own), most);
}

async function hintedPrompt({ scaffold, policy, sources, signal }: RunContext, row: ProblemRow) {
  const hints = (row.hints ?? {}) as HintParts;
  // Tiers are in order: the last is the strongest.
  const tier = scaffold.tiers.findLast((name) => hints[name] !== undefined);
  const parts = tier && hints[tier];
  if (tier === undefined || parts === undefined) return undefined;
  const hint = { tier, level: parts.length, parts };
  return (await policy.call((client) => sources(row).prompts(client, problemRecord(row), hint), signal)).text;
}

function sample({ run, recipe, policy, signal }: RunContext, promptIds: readonly number[], place: number) {
  const { group_size: n, temperature, top_p: topP, top_k: topK, max_tokens: maxTokens } = recipe.sampling;
  // Steps count from 1: no rollout of the run is drawn with these seeds.
  const seed = deriveSeed(run.seed, "sample", 0, place);
  return policy.complete(
    { promptIds, n, seed, temperature, topP, topK, maxTokens, ...stopSettings(recipe.sampling) },
    signal,
  );
}

async function judge(
  { sources, signal }: RunContext,
  row: ProblemRow,
  completions: Awaited<ReturnType<typeof sample>>,
): Promise<TriedRollout[]> {
  const judged = await sources(row).judge.group(problemRecord(row), completions.map(judgedText), signal);
  return completions.map(({ text, tokenIds, finishReason }, index) => {
    const { outcome, verdicts } = judged[index] as JudgedResponse;
    return {
      text,
      tokens: tokenIds.length,
      truncated: finishReason === "length",
      reward: outcome.reward,
      passed: outcome.passed,
      errors: verdicts.flatMap(({ verifier, verdict }) =>
        verdict.status === "error" || verdict.status === "timeout" ? [{ verifier, message: verdict.error }] : [],
      ),
    };
  });
}

/** Up to `most` ids, of as many arms or sources as there are: those far apart in their order, the first ids of each. Pure. */
export function spreadOver(idsBy: ReadonlyMap<string, readonly number[]>, most: number): number[] {
  const arms = [...idsBy.values()];
  const chosen =
    arms.length <= most
      ? arms
      : Array.from({ length: most }, (_, place) => arms[Math.floor((place * arms.length) / most)] ?? []);
  const longest = Math.max(0, ...chosen.map((ids) => ids.length));
  const inTurn = Array.from({ length: longest }, (_, place) => chosen.flatMap((ids) => ids.slice(place, place + 1)));
  return inTurn.flat().slice(0, most);
}
