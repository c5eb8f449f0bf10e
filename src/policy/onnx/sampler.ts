/** How a token is drawn from a row of logits. */
export interface SamplingSettings {
  /** Logits are divided by it; 0 takes the most likely token. */
  readonly temperature: number;
  /** Keep the smallest set of most likely tokens whose probabilities sum to at least this; 1 is off. */
  readonly topP: number;
  /** Keep this many most likely tokens; 0 is off. */
  readonly topK: number;
}

/**
 * The least mass, beside 1 for the most likely token, of the tokens among which the likeliest are looked for: most
 * mass lies with few tokens, and sorting a whole vocabulary takes longer than all the rest.
 */
const BARS = [2 ** -8, 2 ** -24, 0];

/** Draws tokens in float64 from rows of float32 logits. Holds scratch memory, so that a draw allocates nothing. */
export class Sampler {
  /** Log-probability of the token drawn last, under the distribution that it was drawn from. */
  logprob = 0;
  /** How many tokens are at least as likely as the one that was scored last. */
  rank = 0;
  readonly #vocabSize: number;
  readonly #mass: Float64Array;
  readonly #sorted: Float64Array;

  /** @param vocabSize length of a row of logits. */
  constructor(vocabSize: number) {
    this.#vocabSize = vocabSize;
    this.#mass = new Float64Array(vocabSize);
    this.#sorted = new Float64Array(vocabSize);
  }

  /**
   * Draws the token of a row by inversion in order of ids: temperature first, then top-k, then top-p of what is left,
   * then renormalised. A greedy token's log-probability is the one at temperature 1.
   * @param logits row-major logits; the row starts at `offset`.
   * @param uniform a uniform number in [0, 1).
   * @returns the token's id, or -1 when a logit is not finite.
   */
  draw(logits: Float32Array, offset: number, settings: SamplingSettings, uniform: number): number {
    const size = this.#vocabSize;
    const mass = this.#mass;
    let top = -1;
    let highest = -Infinity;
    for (let id = 0; id < size; id++) {
      const logit = logits[offset + id] as number;
      if (logit > highest) {
        highest = logit;
        top = id;
      }
    }
    const greedy = settings.temperature === 0;
    // The inverse of the smallest temperatures is infinite, and no number times 0.
    const scale = greedy ? 1 : Math.min(1 / settings.temperature, Number.MAX_VALUE);
    let total = 0;
    for (let id = 0; id < size; id++) {
      const value = Math.exp(((logits[offset + id] as number) - highest) * scale);
      mass[id] = value;
      total += value;
    }
    // A NaN or infinite logit makes the total NaN (or the difference from the highest NaN): one check covers them all.
    if (!(total >= 1)) return -1;
    if (greedy) {
      this.logprob = -Math.log(total);
      return top;
    }
    if ((settings.topK > 0 && settings.topK < size) || settings.topP < 1) total = this.#restrict(settings, total);
    let rest = uniform * total;
    let token = top;
    for (let id = 0; id < size; id++) {
      const value = mass[id] as number;
      if (value === 0) continue;
      token = id;
      rest -= value;
      if (rest < 0) break;
    }
    this.logprob = Math.min(0, ((logits[offset + token] as number) - highest) * scale - Math.log(total));
    return token;
  }

  /**
   * Scores a given token of a row at temperature 1, without drawing: see {@link logprob} and {@link rank}.
   * @returns false when a logit is not finite.
   */
  score(logits: Float32Array, offset: number, token: number): boolean {
    const own = logits[offset + token] as number;
    let highest = -Infinity;
    let rank = 0;
    for (let id = 0; id < this.#vocabSize; id++) {
      const logit = logits[offset + id] as number;
      if (logit > highest) highest = logit;
      if (logit >= own) rank++;
    }
    let total = 0;
    for (let id = 0; id < this.#vocabSize; id++) total += Math.exp((logits[offset + id] as number) - highest);
    this.logprob = Math.min(0, own - highest - Math.log(total));
    this.rank = rank;
    return total >= 1;
  }

  /** Sets the mass of every token outside the top-k and top-p sets to 0 and returns what is left in sum. */
  #restrict({ topK, topP }: SamplingSettings, total: number): number {
    const most = topK > 0 ? Math.min(topK, this.#vocabSize) : this.#vocabSize;
    for (const bar of BARS) {
      const likely = this.#sortedAbove(bar);
      const isAll = likely.length === this.#vocabSize;
      if (!isAll && topK > 0 && likely.length < most) continue;
      let available = total;
      if (most < this.#vocabSize) {
        available = 0;
        for (let rank = 0; rank < most; rank++) available += likely[likely.length - 1 - rank] as number;
      }
      let kept = 0;
      let rank = 0;
      const end = Math.min(most, likely.length);
      for (; rank < end && (rank === 0 || topP >= 1 || kept < topP * available); rank++) {
        kept += likely[likely.length - 1 - rank] as number;
      }
      const isEnough = isAll || rank === most || kept >= topP * available;
      if (isEnough) {
        this.#keep(likely, rank);
        return kept;
      }
    }
    return total;
  }

  /** The masses of at least `bar`, ascending. */
  #sortedAbove(bar: number): Float64Array {
    const sorted = this.#sorted;
    let count = 0;
    for (let id = 0; id < this.#vocabSize; id++) {
      const value = this.#mass[id] as number;
      if (value >= bar) sorted[count++] = value;
    }
    return sorted.subarray(0, count).sort();
  }

  /** Keeps the `count` likeliest tokens; of equally likely ones those with the lowest ids. */
  #keep(sorted: Float64Array, count: number): void {
    const mass = this.#mass;
    const last = sorted[sorted.length - count] as number;
    let equals = 0;
    for (let rank = 0; rank < count && sorted[sorted.length - count + rank] === last; rank++) equals++;
    for (let id = 0; id < this.#vocabSize; id++) {
      const value = mass[id] as number;
      if (value < last || (value === last && equals-- <= 0)) mass[id] = 0;
    }
  }
}
