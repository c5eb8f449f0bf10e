import { Tensor, type InferenceSession } from "../../core/process/onnx-runtime.ts";
import { messageOf, RlvrError } from "../../core/errors.ts";
import { widenFloat16 } from "../../core/float16.ts";
import { signatureOf, type Signature } from "./hugging-face-signature.ts";
import type { KvCache, PromptState } from "./kv-cache.ts";
import { openSession, type Device } from "./open-session.ts";
import type { CacheArray, CacheShape, Decoded, PolicyGraph } from "./policy-graph.ts";
import type { HuggingFaceModel, ModelConfig } from "./policy-model.ts";

type Feeds = Record<string, Tensor>;

/** Most prompt tokens of one run: a graph gives logits for every one of them. */
const PREFILL_CHUNK = 128;

/** Inputs and outputs of a decode step over a number of rows and slots; the memory is reused from step to step. */
interface DecodeBuffers extends Decoded {
  readonly rows: number;
  readonly width: number;
  /** The cache's arrays that the inputs view. */
  readonly tensors: readonly CacheArray[];
  readonly ids: BigInt64Array;
  readonly positions: BigInt64Array;
  readonly mask: BigInt64Array;
  readonly feeds: Feeds;
  readonly fetches: Feeds;
  readonly rawLogits: CacheArray;
  readonly present: readonly CacheArray[];
}

/**
 * A decoder graph in Hugging Face's layout. A row's tokens lie in the first slots of the cache; the mask hides the rest,
 * up to the new token, which the graph puts behind the last slot; its position is given apart. Graphs built around ONNX
 * Runtime's GroupQueryAttention take a row's length from the mask and put the new token right behind the row instead:
 * which kind it is shows at opening. Graphs of neither kind, without positions, run rows of one length at a time.
 */
export class HuggingFaceGraph implements PolicyGraph {
  readonly cacheShape: CacheShape;
  readonly #session: InferenceSession;
  readonly #signature: Signature;
  readonly #config: ModelConfig;
  #isGrouped = false;
  #buffers: DecodeBuffers | undefined;
  /** Where the graph writes keys and values, kept between buffers of different sizes. */
  #present: readonly CacheArray[];

  private constructor(session: InferenceSession, signature: Signature, config: ModelConfig) {
    this.#session = session;
    this.#signature = signature;
    this.#config = config;
    this.cacheShape = signature.cacheShape;
    this.#present = signature.pastNames.map(() => arrayOf(this.cacheShape.type, 0));
  }

  /**
   * Opens the graph.
   * @param threads intra-op threads.
   * @throws RlvrError `policy_failed` when ONNX Runtime cannot open it on the device, `bad_checkpoint` when it is not a
   * decoder of this layout.
   */
  static async open(model: HuggingFaceModel, device: Device, threads: number): Promise<HuggingFaceGraph> {
    const session = await openSession(model.graph, device, threads);
    const graph = new HuggingFaceGraph(session, signatureOf(session, model.graph), model.config);
    try {
      await graph.#findNewSlot();
    } catch (error) {
      throw new RlvrError(
        "bad_checkpoint",
        `${model.graph} does not run with the sizes of its config.json: ${messageOf(error)}`,
        { advice: "Download or export the model again, graph and config.json together.", cause: error },
      );
    }
    return graph;
  }

  async decode(cache: KvCache, rows: number, ids: Int32Array, slots: Int32Array): Promise<Decoded> {
    if (this.#signature.hasPositions || this.#isGrouped) return this.#decodeRows(cache, rows, ids, slots);
    return this.#decodeByLength(cache, rows, ids, slots);
  }

  /** Computes prompts one by one and without padding, so that they depend on nothing else. */
  async prefill(prompts: readonly (readonly number[])[]): Promise<readonly PromptState[]> {
    const states: PromptState[] = [];
    for (const prompt of prompts) states.push(await this.#prefillOne(prompt));
    return states;
  }

  async #prefillOne(prompt: readonly number[]): Promise<PromptState> {
    const { pastNames, presentNames } = this.#signature;
    const { heads, headSize, type } = this.cacheShape;
    let past = pastNames.map(() => tensorOf(type, arrayOf(type, 0), [1, heads, 0, headSize]));
    let logits = new Float32Array(0);
    for (let start = 0; start < prompt.length; start += PREFILL_CHUNK) {
      const ids = prompt.slice(start, start + PREFILL_CHUNK);
      const outputs = await this.#session.run({
        ...this.#tokenFeeds(
          BigInt64Array.from(ids, BigInt),
          BigInt64Array.from(ids, (_, index) => BigInt(start + index)),
          new BigInt64Array(start + ids.length).fill(1n),
          1,
        ),
        ...Object.fromEntries(pastNames.map((name, index) => [name, past[index] as Tensor])),
      });
      const present = presentNames.map((name) => outputs[name] as Tensor);
      past = present.map((tensor) => tensorOf(type, bitsOf(tensor), tensor.dims));
      if (start + PREFILL_CHUNK >= prompt.length) logits = this.#widen(bitsOf(outputs["logits"] as Tensor), 1);
    }
    return { length: prompt.length, logits, tensors: past.map(bitsOf) };
  }

  async #decodeRows(cache: KvCache, rows: number, ids: Int32Array, slots: Int32Array): Promise<Decoded> {
    const { width, tensors } = cache;
    let buffers = this.#buffers;
    if (buffers?.rows !== rows || buffers.width !== width || buffers.tensors !== tensors)
      buffers = this.#buffers = this.#decodeBuffers(tensors, rows, width);
    const { mask, rawLogits, present, added, logits } = buffers;
    const maskWidth = mask.length / rows;
    mask.fill(0n);
    for (let row = 0; row < rows; row++) {
      const slot = slots[row] as number;
      const start = row * maskWidth;
      buffers.ids[row] = BigInt(ids[row] as number);
      buffers.positions[row] = BigInt(slot);
      mask.fill(1n, start, start + slot);
      mask[start + this.#newSlot(slot, width)] = 1n;
    }
    await this.#session.run(buffers.feeds, buffers.fetches);
    if (rawLogits instanceof Uint16Array) widenFloat16(rawLogits, logits);
    for (const [index, values] of present.entries()) {
      this.#takeNew(values, added[index] as CacheArray, (row) => this.#newSlot(slots[row] as number, width));
    }
    return buffers;
  }

  /** Runs the rows of each length by themselves, without a gap: for a graph that counts positions by slots. */
  async #decodeByLength(cache: KvCache, rows: number, ids: Int32Array, slots: Int32Array): Promise<Decoded> {
    const { heads, headSize, type, tensors } = this.cacheShape;
    const rowSize = heads * headSize;
    const logits = new Float32Array(rows * this.#config.vocabSize);
    const added = Array.from({ length: tensors }, () => arrayOf(type, rows * rowSize));
    const byLength = Map.groupBy(
      Array.from({ length: rows }, (_, row) => row),
      (row) => slots[row] as number,
    );
    for (const [length, group] of byLength) {
      const past = cache.tensors.map((tensor) => {
        const gathered = arrayOf(type, group.length * length * rowSize);
        const size = length * headSize;
        for (const [to, row] of group.entries()) {
          for (let head = 0; head < heads; head++) {
            const from = row * cache.rowSize + head * cache.width * headSize;
            gathered.set(tensor.subarray(from, from + size), (to * heads + head) * size);
          }
        }
        return gathered;
      });
      const buffers = this.#decodeBuffers(past, group.length, length);
      for (const [to, row] of group.entries()) buffers.ids[to] = BigInt(ids[row] as number);
      buffers.mask.fill(1n);
      await this.#session.run(buffers.feeds, buffers.fetches);
      const groupLogits = this.#widen(buffers.rawLogits, group.length);
      for (const [index, values] of buffers.present.entries())
        this.#takeNew(values, buffers.added[index] as CacheArray, () => length);
      for (const [from, row] of group.entries()) {
        const at = from * this.#config.vocabSize;
        logits.set(groupLogits.subarray(at, at + this.#config.vocabSize), row * this.#config.vocabSize);
        for (const [index, values] of buffers.added.entries())
          (added[index] as CacheArray).set(values.subarray(from * rowSize, (from + 1) * rowSize), row * rowSize);
      }
    }
    return { logits, added };
  }

  /** Where the graph puts the new token of a row that holds `slot` tokens. */
  #newSlot(slot: number, width: number): number {
    return this.#isGrouped ? slot : width;
  }

  /** Copies each row's new key or value out of [rows, heads, slots, head size]. */
  #takeNew(values: CacheArray, into: CacheArray, slotOf: (row: number) => number): void {
    const { heads, headSize } = this.cacheShape;
    const count = into.length / headSize;
    const stride = values.length / count;
    for (let head = 0; head < count; head++) {
      const start = head * stride + slotOf(Math.floor(head / heads)) * headSize;
      for (let channel = 0; channel < headSize; channel++)
        into[head * headSize + channel] = values[start + channel] as number;
    }
  }

  #tokenFeeds(ids: BigInt64Array, positions: BigInt64Array, mask: BigInt64Array, rows: number): Feeds {
    const { hasPositions, canKeepLogits } = this.#signature;
    return {
      input_ids: new Tensor("int64", ids, [rows, ids.length / rows]),
      attention_mask: new Tensor("int64", mask, [rows, mask.length / rows]),
      ...(hasPositions ? { position_ids: new Tensor("int64", positions, [rows, ids.length / rows]) } : {}),
      ...(canKeepLogits ? { num_logits_to_keep: new Tensor("int64", [1n], []) } : {}),
    };
  }

  #decodeBuffers(tensors: readonly CacheArray[], rows: number, width: number): DecodeBuffers {
    const { pastNames, presentNames, logitsType } = this.#signature;
    const { heads, headSize, type } = this.cacheShape;
    // Behind the last slot, or, where the cache has room for it by the scheduler's care, behind each row.
    const written = this.#isGrouped ? width : width + 1;
    const size = rows * heads * written * headSize;
    if (size > (this.#present[0]?.length ?? 0))
      this.#present = this.#present.map(() => arrayOf(type, Math.ceil(1.25 * size)));
    const present = this.#present.map((array) => array.subarray(0, size));
    const rawLogits = arrayOf(logitsType, rows * this.#config.vocabSize);
    const ids = new BigInt64Array(rows);
    const positions = new BigInt64Array(rows);
    const mask = new BigInt64Array(rows * Math.min(written, this.#isGrouped ? this.#config.maxLength : written));
    const feeds = this.#tokenFeeds(ids, positions, mask, rows);
    const fetches: Feeds = { logits: tensorOf(logitsType, rawLogits, [rows, 1, this.#config.vocabSize]) };
    for (const [index, name] of pastNames.entries()) {
      const past = (tensors[index] as CacheArray).subarray(0, rows * heads * width * headSize);
      feeds[name] = tensorOf(type, past, [rows, heads, width, headSize]);
      const output = present[index] as CacheArray;
      fetches[presentNames[index] as string] = tensorOf(type, output, [rows, heads, written, headSize]);
    }
    const logits = rawLogits instanceof Float32Array ? rawLogits : new Float32Array(rawLogits.length);
    const added = present.map(() => arrayOf(type, rows * heads * headSize));
    return { rows, width, tensors, ids, positions, mask, feeds, fetches, rawLogits, logits, present, added };
  }

  /** Finds out where the graph puts a new token: only one of the two slots it may be in keeps the zeros fed there. */
  async #findNewSlot(): Promise<void> {
    const { tensors, heads, headSize, type } = this.cacheShape;
    const width = 2;
    const past = Array.from({ length: tensors }, () => arrayOf(type, heads * width * headSize));
    const buffers = this.#decodeBuffers(past, 1, width);
    buffers.positions[0] = 1n;
    buffers.mask.set([1n, 0n, 1n]);
    await this.#session.run(buffers.feeds, buffers.fetches);
    this.#isGrouped = (buffers.present[0] as CacheArray).subarray(headSize, 2 * headSize).some((bits) => bits !== 0);
  }

  /** The last `rows` rows of logits as float32, in memory of their own. */
  #widen(raw: CacheArray, rows: number): Float32Array<ArrayBuffer> {
    const last = raw.subarray(raw.length - rows * this.#config.vocabSize);
    if (last instanceof Float32Array) return last.slice();
    const logits = new Float32Array(last.length);
    widenFloat16(last, logits);
    return logits;
  }
}

function arrayOf(type: "float32" | "float16", length: number): CacheArray {
  return type === "float32" ? new Float32Array(length) : new Uint16Array(length);
}

function tensorOf(type: "float32" | "float16", data: CacheArray, shape: readonly number[]): Tensor {
  const tensor = new Tensor(type, data, shape);
  // Tensors give float16 as a Float16Array where the engine has it, which the native side of 1.30 cannot read.
  if (type === "float16") Object.defineProperty(tensor, "data", { value: data });
  return tensor;
}

/** The numbers of a tensor, float16 as their bits. */
function bitsOf({ data, type }: Tensor): CacheArray {
  if (data instanceof Float32Array) return data as Float32Array<ArrayBuffer>;
  if (type !== "float16" || !ArrayBuffer.isView(data)) {
    throw new RlvrError("bad_checkpoint", `the graph gives an output as ${type}, not as float32 or float16`, {
      advice: "Export the model again, or serve it with vLLM.",
    });
  }
  return new Uint16Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength / 2);
}
