import type { KvCache, PromptState } from "./kv-cache.ts";

/** Layout of a graph's keys and values. */
export interface CacheShape {
  /** Keys and values of every layer: twice the number of layers. */
  readonly tensors: number;
  /** Heads of keys and values. */
  readonly heads: number;
  /** Channels of one head. */
  readonly headSize: number;
  readonly type: "float32" | "float16";
}

/** Numbers of keys and values; float16 as its bits, because nothing here computes with them. */
export type CacheArray = Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** What a decode step gives. */
export interface Decoded {
  /** [rows, vocabulary]. */
  readonly logits: Float32Array;
  /** The new token's keys and values, each [rows, heads, 1, head size], for {@link KvCache.append}. */
  readonly added: readonly CacheArray[];
}

/** The model as the scheduler sees it: prompts in, keys and values and logits out; tokens in, logits out. */
export interface PolicyGraph {
  readonly cacheShape: CacheShape;
  /**
   * Feeds one token to each of the first rows of a cache, which has room for it. What it returns is overwritten by the next call.
   * @param ids token of each row. Like the cache and the slots, always the same array.
   * @param slots tokens that each row holds, which is also the slot and the position of its new one.
   */
  decode(cache: KvCache, rows: number, ids: Int32Array, slots: Int32Array): Promise<Decoded>;
  /**
   * Computes prompts that were put together because they have the same padded length.
   * @param length what they are padded to, where the graph takes several at once.
   * @param minimumRows where it does, the batch is filled up to this many rows.
   */
  prefill(
    prompts: readonly (readonly number[])[],
    length: number,
    minimumRows: number,
  ): Promise<readonly PromptState[]>;
}
