import type { PromptState } from "./kv-cache.ts";

/** The most recently used prompts with their keys and values, up to a number of float32 values in all. */
export class PromptCache {
  readonly #capacity: number;
  readonly #entries = new Map<string, PromptState>();
  #size = 0;

  /** @param capacity most values to keep; one prompt of t tokens takes about 2 x layers x hidden x t. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The state of a prompt, which becomes the most recently used one. */
  get(key: string): PromptState | undefined {
    const state = this.#entries.get(key);
    if (state !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, state);
    }
    return state;
  }

  /** Keeps a prompt's state and drops the least recently used ones that no longer fit. */
  set(key: string, state: PromptState): void {
    this.#entries.set(key, state);
    this.#size += sizeOf(state);
    for (const [oldest, dropped] of this.#entries) {
      if (this.#size <= this.#capacity) break;
      this.#entries.delete(oldest);
      this.#size -= sizeOf(dropped);
    }
  }

  /** Forgets everything, as new weights require. */
  clear(): void {
    this.#entries.clear();
    this.#size = 0;
  }
}

function sizeOf(state: PromptState): number {
  return state.logits.length + state.tensors.reduce((sum, tensor) => sum + tensor.length, 0);
}
