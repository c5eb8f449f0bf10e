import type { SurrogateSettings } from "../../src/objectives/objective.ts";

/** One completion's tokens: their log-probabilities under five policies, its advantage and its tokens' weight. */
export interface SurrogateSequence {
  readonly new: readonly number[];
  /** The trainer's own from before the batch, or the sampler's: what the ratio is taken to. */
  readonly old: readonly number[];
  readonly sampled: readonly number[];
  readonly reference: readonly number[];
  readonly advantage: number;
  readonly weight: number;
}

/** The loss that {@link SurrogateSettings} describe, word for word: the sum over tokens of weight x term. */
export function surrogateLoss(sequences: readonly SurrogateSequence[], settings: SurrogateSettings): number {
  return sequences.flatMap((sequence) => tokenLosses(sequence, settings)).reduce((sum, loss) => sum + loss, 0);
}

function tokenLosses(sequence: SurrogateSequence, settings: SurrogateSettings): number[] {
  const logRatios = sequence.new.map((logprob, token) => logprob - (sequence.old[token] ?? NaN));
  const mismatch = sequence.old.map((logprob, token) => logprob - (sequence.sampled[token] ?? NaN));
  return sequence.new.map((logprob, token) => {
    const ratio = Math.exp(settings.ratioLevel === "sequence" ? mean(logRatios) : (logRatios[token] ?? NaN));
    const surrogate = clippedTerm(ratio, logprob, sequence.advantage, settings);
    const difference = logprob - (sequence.reference[token] ?? NaN);
    const term = surrogate * correction(mismatch, token, settings) + settings.klCoef * kl(difference, settings.klKind);
    return sequence.weight * term;
  });
}

function clippedTerm(ratio: number, logprob: number, advantage: number, settings: SurrogateSettings): number {
  if (settings.ratioCap !== null) return -Math.min(ratio, settings.ratioCap) * advantage * logprob;
  const bounded = Math.min(Math.max(ratio, 1 - settings.clipLow), 1 + settings.clipHigh);
  const term = Math.max(-ratio * advantage, -bounded * advantage);
  return advantage < 0 && settings.dualClip !== null ? Math.min(term, -settings.dualClip * advantage) : term;
}

function correction(mismatch: readonly number[], token: number, settings: SurrogateSettings): number {
  if (settings.correction === null) return 1;
  const { mode, cap, floor } = settings.correction;
  const [level, treatment] = mode.split("-");
  const whole = level === "sequence" ? mean(mismatch) * mismatch.length : mean(mismatch);
  const weight = Math.exp(level === "token" ? (mismatch[token] ?? NaN) : whole);
  if (treatment === "truncate") return Math.min(weight, cap);
  return weight < floor || weight > cap ? 0 : weight;
}

function kl(difference: number, kind: SurrogateSettings["klKind"]): number {
  if (kind === "k1") return difference;
  return kind === "k2" ? difference ** 2 / 2 : Math.exp(-difference) + difference - 1;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
