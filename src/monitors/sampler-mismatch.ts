import type { Finding, Monitor } from "./monitor.ts";
import { figure, median } from "./numbers.ts";

/** Nats a token. Ours: healthy runs report 1e-4 to 1e-2, runs about to collapse spike far above. */
const LIMIT = 0.05;
/** Steps over which the limit has to be passed, by their median. */
const LASTING = 5;

/** Two orders of magnitude above the steps before. */
const JUMP = 100;
/** Nats a token that count as agreement: between such values a factor is rounding. */
const AGREEMENT = 1e-6;
/** A jump is above the highest of the steps before by this factor, so that a regular spike is none. */
const ABOVE_HIGHEST = 2;
/** Steps before that a jump is seen against, and how many there have to be. */
const BEFORE = { most: 10, least: 3 };

interface State {
  /** The newest values of all trained steps. */
  readonly last: readonly number[];
  /** Those of steps in which every rollout was trained under the prompt that it was sampled under. */
  readonly plain: readonly number[];
}

/**
 * The sampler and the trainer no longer agree on how likely the sampled tokens were: ratios, and with them gradients, are
 * wrong.
 * Rules: the median of `train.mismatch_kl` over the last 5 trained steps is above .05 nats a token; or at one step it is
 * 100 times the median of the ten steps before (taken for 1e-6 at least), and twice the highest of them. The second rule
 * leaves out steps in which rescued rollouts were trained under another prompt than they were sampled under: those are off
 * by design.
 * Source: Liu, Li et al., "When Speed Kills Stability" (2025), on collapse from the mismatch of training and inference.
 */
export const samplerMismatch: Monitor<State> = {
  name: "sampler_mismatch",
  reads: ["train.mismatch_kl", "rollouts.trained_unhinted"],
  init: () => ({ last: [], plain: [] }),
  observe(state, { numbers }) {
    const value = numbers["train.mismatch_kl"] ?? Number.NaN;
    if (!Number.isFinite(value)) return { state, findings: undefined };
    const isPlain = (numbers["rollouts.trained_unhinted"] ?? 0) === 0;
    const last = [...state.last, value].slice(-LASTING);
    const plain = isPlain ? [...state.plain, value].slice(-BEFORE.most) : state.plain;
    const finding = lasting(last) ?? (isPlain ? jump(value, state.plain) : undefined);
    return { state: { last, plain }, findings: finding === undefined ? [] : [finding] };
  },
};

function lasting(last: readonly number[]): Finding | undefined {
  const value = median(last);
  if (last.length < LASTING || value <= LIMIT) return undefined;
  const message = `sampler and trainer differ by ${figure(value)} nats a token on what was sampled`;
  return { message, metric: "train.mismatch_kl", value, limit: LIMIT };
}

function jump(value: number, before: readonly number[]): Finding | undefined {
  const usual = Math.max(AGREEMENT, median(before));
  const limit = Math.max(JUMP * usual, ABOVE_HIGHEST * Math.max(...before));
  if (before.length < BEFORE.least || value < limit) return undefined;
  const message =
    `sampler and trainer suddenly differ by ${figure(value)} nats a token on what was sampled, ` +
    `${figure(value / usual)} times as much as in the steps before`;
  return { message, metric: "train.mismatch_kl", value, limit };
}
