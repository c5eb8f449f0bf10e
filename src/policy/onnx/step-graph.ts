import { join } from "node:path";
import { Tensor, type InferenceSession } from "../../core/process/onnx-runtime.ts";
import { RlvrError } from "../../core/errors.ts";
import { shapeSize } from "../../core/files/model-sizes.ts";
import type { KvCache, PromptState } from "./kv-cache.ts";
import { openSession, type Device } from "./open-session.ts";
import type { CacheArray, CacheShape, Decoded, PolicyGraph } from "./policy-graph.ts";
import type { RlvrModel } from "./policy-model.ts";

type Feeds = Record<string, Tensor>;

/** The bias of a cache slot that attention does not see. */
const HIDDEN_BIAS = -1e9;

/** Inputs and outputs of a decode step over a number of rows; the memory is reused from step to step. */
interface DecodeBuffers extends Decoded {
  readonly rows: number;
  readonly width: number;
  readonly tensors: readonly CacheArray[];
  /** [rows, width]: 0 for a visible slot, {@link HIDDEN_BIAS} for a hidden one. */
  readonly bias: Float32Array<ArrayBuffer>;
  readonly feeds: Feeds;
  readonly fetches: Feeds;
}

/**
 * The step graph of a policy, `graphs/step.onnx`: one graph for prompts and for single tokens. Weights are inputs
 * that view the shared vector, so new weights are in use as soon as they are written there.
 */
export class StepGraph implements PolicyGraph {
  readonly cacheShape: CacheShape;
  readonly #session: InferenceSession;
  readonly #model: RlvrModel;
  readonly #weights: Feeds = {};
  readonly #cacheNames: readonly string[];
  #buffers: DecodeBuffers | undefined;

  private constructor(session: InferenceSession, model: RlvrModel) {
    this.#session = session;
    this.#model = model;
    let offset = 0;
    for (const [name, shape] of model.parameters) {
      const view = new Float32Array(model.weights, offset * 4, shapeSize(shape));
      // The declared types of onnxruntime leave shared memory out; the native side reads any view.
      this.#weights[name] = new Tensor("float32", view as unknown as Float32Array<ArrayBuffer>, shape);
      offset += view.length;
    }
    const { layers, heads, headSize } = model;
    this.cacheShape = { tensors: 2 * layers, heads, headSize, type: "float32" };
    this.#cacheNames = Array.from({ length: layers }, (_, layer) => [`k.${layer}`, `v.${layer}`]).flat();
  }

  /**
   * Opens the graph.
   * @param threads intra-op threads. With one, a row's result does not depend on the other rows of a batch of two or more.
   * @throws RlvrError `policy_failed` when ONNX Runtime cannot open it on the device.
   */
  static async open(model: RlvrModel, device: Device, threads: number): Promise<StepGraph> {
    const session = await openSession(join(model.directory, "graphs", "step.onnx"), device, threads);
    return new StepGraph(session, model);
  }

  async decode(cache: KvCache, rows: number, ids: Int32Array, slots: Int32Array): Promise<Decoded> {
    const { width, tensors } = cache;
    let buffers = this.#buffers;
    if (buffers?.rows !== rows || buffers.width !== width || buffers.tensors !== tensors) {
      buffers = this.#buffers = this.#decodeBuffers(cache, rows, ids, slots);
    }
    buffers.bias.fill(HIDDEN_BIAS);
    for (let row = 0; row < rows; row++) buffers.bias.fill(0, row * width, row * width + (slots[row] as number));
    await this.#session.run(buffers.feeds, buffers.fetches);
    return buffers;
  }

  /** Computes prompts in one batch, padded on the right. */
  async prefill(
    prompts: readonly (readonly number[])[],
    length: number,
    minimumRows: number,
  ): Promise<readonly PromptState[]> {
    const { heads, headSize, config } = this.#model;
    const rows = Math.max(prompts.length, minimumRows);
    const ids = new Int32Array(rows * length);
    const positions = Int32Array.from(ids, (_, index) => index % length);
    const last = new Int32Array(rows);
    for (const [row, prompt] of prompts.entries()) {
      ids.set(prompt, row * length);
      last[row] = prompt.length - 1;
    }
    const empty = new Float32Array(rows * heads * headSize);
    const feeds: Feeds = {
      ...this.#weights,
      input_ids: new Tensor("int32", ids, [rows, length]),
      positions: new Tensor("int32", positions, [rows, length]),
      last: new Tensor("int32", last, [rows]),
      past_bias: new Tensor("float32", new Float32Array(rows).fill(HIDDEN_BIAS), [rows, 1]),
    };
    for (const name of this.#cacheNames)
      feeds[`past_${name}`] = new Tensor("float32", empty, [rows, heads, 1, headSize]);
    const outputs = await this.#session.run(feeds);
    const logits = floats(outputs["logits"]);
    const added = this.#cacheNames.map((name) => floats(outputs[`new_${name}`]));
    return prompts.map((prompt, row) => ({
      length: prompt.length,
      logits: logits.slice(row * config.vocabSize, (row + 1) * config.vocabSize),
      tensors: added.map((tensor) => {
        const kept = new Float32Array(heads * prompt.length * headSize);
        for (let head = 0; head < heads; head++) {
          const start = (row * heads + head) * length * headSize;
          kept.set(tensor.subarray(start, start + prompt.length * headSize), head * prompt.length * headSize);
        }
        return kept;
      }),
    }));
  }

  #decodeBuffers(cache: KvCache, rows: number, ids: Int32Array, slots: Int32Array): DecodeBuffers {
    const { heads, headSize, config } = this.#model;
    const bias = new Float32Array(rows * cache.width);
    const feeds: Feeds = {
      ...this.#weights,
      input_ids: new Tensor("int32", ids.subarray(0, rows), [rows, 1]),
      positions: new Tensor("int32", slots.subarray(0, rows), [rows, 1]),
      last: new Tensor("int32", new Int32Array(rows), [rows]),
      past_bias: new Tensor("float32", bias, [rows, cache.width]),
    };
    const logits = new Float32Array(rows * config.vocabSize);
    const fetches: Feeds = { logits: new Tensor("float32", logits, [rows, config.vocabSize]) };
    const added: Float32Array<ArrayBuffer>[] = [];
    for (const [index, name] of this.#cacheNames.entries()) {
      const tensor = (cache.tensors[index] as Float32Array<ArrayBuffer>).subarray(0, rows * cache.rowSize);
      feeds[`past_${name}`] = new Tensor("float32", tensor, [rows, heads, cache.width, headSize]);
      const values = new Float32Array(rows * heads * headSize);
      added.push(values);
      fetches[`new_${name}`] = new Tensor("float32", values, [rows, heads, 1, headSize]);
    }
    return { rows, width: cache.width, tensors: cache.tensors, bias, feeds, fetches, logits, added };
  }
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) {
    throw new RlvrError("bad_checkpoint", "the step graph lacks an output, or gives it in another type than float32", {
      advice: "Export the graphs again with this version of rlvr.",
    });
  }
  return tensor.data;
}
