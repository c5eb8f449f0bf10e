import type { ModelConfig } from "./model-files.ts";

/** Keys and values of a computed prompt, and the logits that follow it. */
export interface PromptState {
  readonly length: number;
  /** Logits after the last prompt token, [vocabulary]. */
  readonly logits: Float32Array;
  /** Keys and values of layer 0, then of layer 1 and so on, each [heads, length, head size]. */
  readonly tensors: readonly Float32Array[];
}

/** The bias of a cache slot that attention does not see. */
export const HIDDEN_BIAS = -1e9;

/** Rows are as wide as their longest needs, in multiples of this; bits do not depend on the width for multiples of 4. */
const WIDTH_BLOCK = 16;

/**
 * Keys and values of the rows of a running batch, kept in flat arrays that the step graph reads in place. Row r's
 * token t lies in slot t; slots beyond a row's length are hidden by the bias and may hold anything finite.
 */
export class KvCache {
  /** Keys and values of layer 0, then of layer 1 and so on, each [rows, heads, width, head size] at its beginning. */
  readonly tensors: readonly Float32Array[];
  /** [rows, width] at its beginning: 0 for a visible slot, {@link HIDDEN_BIAS} for a hidden one. */
  readonly bias: Float32Array;
  readonly #heads: number;
  readonly #headSize: number;
  #width = WIDTH_BLOCK;

  /** @param maxLength most slots that a row will ever need. */
  constructor(config: ModelConfig, rows: number, maxLength: number) {
    this.#heads = config.heads;
    this.#headSize = config.headSize;
    const maxWidth = Math.ceil(maxLength / WIDTH_BLOCK) * WIDTH_BLOCK;
    const size = rows * config.heads * maxWidth * config.headSize;
    this.tensors = Array.from({ length: 2 * config.layers }, () => new Float32Array(size));
    this.bias = new Float32Array(rows * maxWidth).fill(HIDDEN_BIAS);
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
   * Makes room for rows of `length` tokens. The layout of the first `rows` rows moves; with none it may also shrink.
   */
  fit(length: number, rows: number): void {
    const old = this.#width;
    const width = Math.ceil(length / WIDTH_BLOCK) * WIDTH_BLOCK;
    if (width === old || (width < old && rows > 0)) return;
    const from = old * this.#headSize;
    const to = width * this.#headSize;
    // Backwards, because everything moves to higher places.
    for (const tensor of this.tensors) {
      for (let head = rows * this.#heads - 1; head > 0; head--)
        tensor.copyWithin(head * to, head * from, (head + 1) * from);
    }
    for (let row = rows - 1; row >= 0; row--) {
      this.bias
        .copyWithin(row * width, row * old, (row + 1) * old)
        .fill(HIDDEN_BIAS, row * width + old, (row + 1) * width);
    }
    this.#width = width;
  }

  /** Makes a row hold a prompt and nothing else. */
  writePrompt(row: number, prompt: PromptState): void {
    const source = prompt.length * this.#headSize;
    const target = this.#width * this.#headSize;
    for (const [index, tensor] of this.tensors.entries()) {
      const from = prompt.tensors[index] as Float32Array;
      for (let head = 0; head < this.#heads; head++) {
        tensor.set(from.subarray(head * source, (head + 1) * source), row * this.rowSize + head * target);
      }
    }
    const start = row * this.#width;
    this.bias.fill(0, start, start + prompt.length).fill(HIDDEN_BIAS, start + prompt.length, start + this.#width);
  }

  /**
   * Adds one token to each of the first rows.
   * @param added per tensor [rows, heads, 1, head size], as the step graph gives them.
   * @param slots the slot of each row's token.
   */
  append(added: readonly Float32Array[], slots: Int32Array, rows: number): void {
    const heads = this.#heads;
    const headSize = this.#headSize;
    const rowSize = this.rowSize;
    const stride = this.#width * headSize;
    for (let index = 0; index < added.length; index++) {
      const from = added[index] as Float32Array;
      const tensor = this.tensors[index] as Float32Array;
      let read = 0;
      for (let row = 0; row < rows; row++) {
        let write = row * rowSize + (slots[row] as number) * headSize;
        for (let head = 0; head < heads; head++, write += stride) {
          for (let channel = 0; channel < headSize; channel++) tensor[write + channel] = from[read++] as number;
        }
      }
    }
    for (let row = 0; row < rows; row++) this.bias[row * this.#width + (slots[row] as number)] = 0;
  }

  /** Copies the first `length` slots of a row over another row, so that the batch stays without holes. */
  move(from: number, to: number, length: number): void {
    const stride = this.#width * this.#headSize;
    for (const tensor of this.tensors) {
      for (let head = 0; head < this.#heads; head++) {
        const start = from * this.rowSize + head * stride;
        tensor.copyWithin(to * this.rowSize + head * stride, start, start + length * this.#headSize);
      }
    }
    this.bias.copyWithin(to * this.#width, from * this.#width, (from + 1) * this.#width);
  }

  /** Empties every row, also of values that are not finite. */
  clear(): void {
    for (const tensor of this.tensors) tensor.fill(0);
    this.bias.fill(HIDDEN_BIAS);
  }
}
