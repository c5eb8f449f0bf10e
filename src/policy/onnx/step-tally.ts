import type { StepCounts } from "./worker-messages.ts";

/** Counts what a scheduler does between two reports. */
export class StepTally {
  #batchSizes: number[] = [];
  #decodeSeconds = 0;
  #promptTokens = 0;
  #promptHits = 0;

  /** Decode steps since the last report. */
  get steps(): number {
    return this.#batchSizes.length;
  }

  /** A decode step of some rows that took some seconds. */
  decoded(rows: number, seconds: number): void {
    this.#batchSizes.push(rows);
    this.#decodeSeconds += seconds;
  }

  /** A prompt was computed. */
  computed(promptTokens: number): void {
    this.#promptTokens += promptTokens;
  }

  /** A prompt's keys and values were still there. */
  found(): void {
    this.#promptHits++;
  }

  /** What was counted; counting begins anew. */
  take(): StepCounts {
    const counts = {
      batchSizes: this.#batchSizes,
      decodeSeconds: this.#decodeSeconds,
      promptTokens: this.#promptTokens,
      promptHits: this.#promptHits,
    };
    this.#batchSizes = [];
    this.#decodeSeconds = 0;
    this.#promptTokens = 0;
    this.#promptHits = 0;
    return counts;
  }
}
