/** When a replica that fails is left alone, and for how long. Times are those of {@link performance.now}. */
export interface BreakerSettings {
  /** Failures in a row after which it is left alone. */
  readonly failures: number;
  /** How long at first, in milliseconds; doubled each time that it fails again. */
  readonly restMs: number;
  /** And at most. */
  readonly longestRestMs: number;
}

/** What a run does. */
export const BREAKER: BreakerSettings = { failures: 3, restMs: 500, longestRestMs: 10_000 };

/**
 * A circuit breaker. Closed, requests pass. After some failures in a row it opens: nobody asks for a while. Then it is
 * half open: the replica proves itself with a probe, and is used again or rests for longer.
 */
export class Breaker {
  readonly #settings: BreakerSettings;
  readonly #random: () => number;
  #failures = 0;
  #rests = 0;
  #closedAgain = 0;

  constructor(settings: BreakerSettings, random: () => number = Math.random) {
    this.#settings = settings;
    this.#random = random;
  }

  /** When it may be asked again; in the past while the breaker is closed. */
  get usableAt(): number {
    return this.#closedAgain;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#rests = 0;
  }

  /** Counts a failure. Says whether the breaker opened by it. */
  failed(): boolean {
    this.#failures++;
    if (this.#failures < this.#settings.failures) return false;
    const { restMs, longestRestMs } = this.#settings;
    const rest = Math.min(longestRestMs, restMs * 2 ** this.#rests++);
    // Jitter, so that not all who wait come back at once.
    this.pause(rest * (0.5 + this.#random() / 2));
    // One failed probe is enough to open it again.
    this.#failures = this.#settings.failures - 1;
    return true;
  }

  /** Leaves the replica alone for some time, in milliseconds, without holding it against it. */
  pause(milliseconds: number): void {
    this.#closedAgain = Math.max(this.#closedAgain, performance.now() + milliseconds);
  }
}
