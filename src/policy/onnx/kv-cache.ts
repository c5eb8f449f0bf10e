import type { CacheArray, CacheShape } from "./policy-graph.ts";

/** Keys and values of a computed prompt, and the logits that follow it. */
export interface PromptState {
  readonly length: number;
  /** Logits after the last prompt token, [vocabulary]. */
  readonly logits: Float32Array;
  /** Keys and values of layer 0, then of layer 1 and so on, each [heads, length, head size]. */
  readonly tensors: readonly CacheArray[];
}

/** Rows are as wide as their longest needs, in multiples of this; bits do not depend on the width for multiples of 4. */
const WIDTH_BLOCK = 16;

/**
 * Keys and values of the rows of a running batch, kept in flat arrays that the graph reads in place. Row r's token t
 * lies in slot t; slots beyond a row's length are hidden by the graph's mask and may hold anything finite.
 */
export class KvCache {
  readonly #heads: number;
  readonly #headSize: number;
  #tensors: readonly CacheArray[];
  #width = WIDTH_BLOCK;

  constructor({ tensors, heads, headSize, type }: CacheShape) {
    this.#heads = heads;
    this.#headSize = headSize;
    this.#tensors = Array.from({ length: tensors }, () =>
      type === "float32" ? new Float32Array(0) : new Uint16Array(0),
    );
  }

  /**
   * Keys and values of layer 0, then of layer 1 and so on, each [rows, heads, width, head size] at its beginning.
   * {@link fit} may put others in their place.
   */
  get tensors(): readonly CacheArray[] {
    return this.#tensors;
  }

  /** Slots of a row at present. */
  get width(): number {
    return this.#width;
  }

  /** Values of one row of a tensor at present. */
  get rowSize(): number {
    return this.#heads * this.#width * this.#headSize;
  }

  /**
   * Makes room for `rows` rows of `length` tokens. The layout of the first `kept` rows moves; with none of them it may
   * also become narrower.
   */
  fit(length: number, kept: number, rows: number): void {
    const old = this.#width;
    const rounded = Math.ceil(length / WIDTH_BLOCK) * WIDTH_BLOCK;
    const width = kept > 0 ? Math.max(old, rounded) : rounded;
    this.#reserve(kept * this.rowSize, rows * this.#heads * width * this.#headSize);
    if (width === old) return;
    const from = old * this.#headSize;
    const to = width * this.#headSize;
    // Backwards, because everything moves to higher places.
    for (const tensor of this.#tensors) {
      for (let head = kept * this.#heads - 1; head > 0; head--)
        tensor.copyWithin(head * to, head * from, (head + 1) * from);
    }
    this.#width = width;
  }

  /** Makes a row hold a prompt and nothing else. */
  writePrompt(row: number, prompt: PromptState): void {
    const source = prompt.length * this.#headSize;
    const target = this.#width * this.#headSize;
    for (const [index, tensor] of this.#tensors.entries()) {
      const from = prompt.tensors[index] as CacheArray;
      for (let head = 0; head < this.#heads; head++) {
        tensor.set(from.subarray(head * source, (head + 1) * source), row * this.rowSize + head * target);
      }
    }
  }

  /**
   * Adds one token to each of the first rows.
   * @param added per tensor [rows, heads, 1, head size], as the graph gives them.
   * @param slots the slot of each row's token.
   */
  append(added: readonly CacheArray[], slots: Int32Array, rows: number): void {
    const heads = this.#heads;
    const headSize = this.#headSize;
    const rowSize = this.rowSize;
    const stride = this.#width * headSize;
    for (let index = 0; index < added.length; index++) {
      const from = added[index] as CacheArray;
      const tensor = this.#tensors[index] as CacheArray;
      let read = 0;
      for (let row = 0; row < rows; row++) {
        let write = row * rowSize + (slots[row] as number) * headSize;
        for (let head = 0; head < heads; head++, write += stride) {
          for (let channel = 0; channel < headSize; channel++) tensor[write + channel] = from[read++] as number;
        }
      }
    }
  }

  /** Copies the first `length` slots of a row over another row, so that the batch stays without holes. */
  move(from: number, to: number, length: number): void {
    const stride = this.#width * this.#headSize;
    for (const tensor of this.#tensors) {
      for (let head = 0; head < this.#heads; head++) {
        const start = from * this.rowSize + head * stride;
        tensor.copyWithin(to * this.rowSize + head * stride, start, start + length * this.#headSize);
      }
    }
  }

  /** Empties every row, also of values that are not finite. */
  clear(): void {
    for (const tensor of this.#tensors) tensor.fill(0);
  }

  /** Makes every tensor hold at least `needed` values, the first `kept` of them as they are. */
  #reserve(kept: number, needed: number): void {
    const capacity = this.#tensors[0]?.length ?? 0;
    if (needed <= capacity) return;
    // Half as much again, so that a growing batch is not copied at every step.
    const size = Math.max(needed, Math.ceil(1.5 * kept));
    this.#tensors = this.#tensors.map((old) => {
      const grown = old instanceof Float32Array ? new Float32Array(size) : new Uint16Array(size);
      grown.set(old.subarray(0, kept));
      return grown;
    });
  }
}
