import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { RlvrError, messageOf } from "../../core/errors.ts";
import { HIDDEN_BIAS, type KvCache, type PromptState } from "./kv-cache.ts";
import { sizeOf, type PolicyModel } from "./model-files.ts";

/** Where the graph runs: ONNX Runtime's execution providers. */
export type Device = "cpu" | "webgpu" | "cuda";

type Feeds = Record<string, Tensor>;

/** Inputs and outputs of a decode step over a number of rows; the memory is reused from step to step. */
interface DecodeBuffers {
  readonly rows: number;
  readonly width: number;
  readonly feeds: Feeds;
  readonly fetches: Feeds;
  readonly logits: Float32Array;
  readonly added: readonly Float32Array[];
}

/**
 * The step graph of a policy, `graphs/step.onnx`: one graph for prompts and for single tokens. Weights are inputs
 * that view the shared vector, so new weights are in use as soon as they are written there.
 */
export class StepGraph {
  readonly #session: InferenceSession;
  readonly #model: PolicyModel;
  readonly #weights: Feeds = {};
  readonly #cacheNames: readonly string[];
  #buffers: DecodeBuffers | undefined;

  private constructor(session: InferenceSession, model: PolicyModel) {
    this.#session = session;
    this.#model = model;
    let offset = 0;
    for (const [name, shape] of model.config.parameters) {
      const view = new Float32Array(model.weights, offset * 4, sizeOf(shape));
      // The declared types of onnxruntime leave shared memory out; the native side reads any view.
      this.#weights[name] = new Tensor("float32", view as unknown as Float32Array<ArrayBuffer>, shape);
      offset += view.length;
    }
    this.#cacheNames = Array.from({ length: model.config.layers }, (_, layer) => [`k.${layer}`, `v.${layer}`]).flat();
  }

  /**
   * Opens the graph.
   * @param threads intra-op threads. With one, a row's result does not depend on the other rows of a batch of two or more.
   * @throws RlvrError `policy_failed` when ONNX Runtime cannot open it on the device.
   */
  static async open(model: PolicyModel, device: Device, threads: number): Promise<StepGraph> {
    const path = join(model.directory, "graphs", "step.onnx");
    try {
      const session = await InferenceSession.create(path, {
        executionProviders: [device],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: "sequential",
      });
      return new StepGraph(session, model);
    } catch (error) {
      throw new RlvrError("policy_failed", `ONNX Runtime cannot open ${path} on ${device}: ${messageOf(error)}`, {
        advice: "Use --device cpu, or install the libraries of the device for onnxruntime-node.",
        cause: error,
      });
    }
  }

  /**
   * Feeds one token to each of the first rows of a cache. What it returns is overwritten by the next call.
   * @param ids token of each row. Like the cache and the positions, always the same array.
   * @param positions slot of each row's token, which is also its position.
   * @returns logits [rows, vocabulary], and the new keys and values for {@link KvCache.append}.
   */
  async decode(
    cache: KvCache,
    rows: number,
    ids: Int32Array,
    positions: Int32Array,
  ): Promise<{ logits: Float32Array; added: readonly Float32Array[] }> {
    if (this.#buffers?.rows !== rows || this.#buffers.width !== cache.width) {
      this.#buffers = this.#decodeBuffers(cache, rows, ids, positions);
    }
    await this.#session.run(this.#buffers.feeds, this.#buffers.fetches);
    return this.#buffers;
  }

  /**
   * Computes prompts in one batch, padded on the right to `length`.
   * @param minimumRows the batch is filled up to this many rows.
   */
  async prefill(
    prompts: readonly (readonly number[])[],
    length: number,
    minimumRows: number,
  ): Promise<readonly PromptState[]> {
    const { heads, headSize, vocabSize } = this.#model.config;
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
      logits: logits.slice(row * vocabSize, (row + 1) * vocabSize),
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

  #decodeBuffers(cache: KvCache, rows: number, ids: Int32Array, positions: Int32Array): DecodeBuffers {
    const { heads, headSize, vocabSize } = this.#model.config;
    const feeds: Feeds = {
      ...this.#weights,
      input_ids: new Tensor("int32", ids.subarray(0, rows), [rows, 1]),
      positions: new Tensor("int32", positions.subarray(0, rows), [rows, 1]),
      last: new Tensor("int32", new Int32Array(rows), [rows]),
      past_bias: new Tensor("float32", cache.bias.subarray(0, rows * cache.width), [rows, cache.width]),
    };
    const logits = new Float32Array(rows * vocabSize);
    const fetches: Feeds = { logits: new Tensor("float32", logits, [rows, vocabSize]) };
    const added: Float32Array[] = [];
    for (const [index, name] of this.#cacheNames.entries()) {
      const tensor = (cache.tensors[index] as Float32Array).subarray(0, rows * cache.rowSize);
      feeds[`past_${name}`] = new Tensor("float32", tensor, [rows, heads, cache.width, headSize]);
      const values = new Float32Array(rows * heads * headSize);
      added.push(values);
      fetches[`new_${name}`] = new Tensor("float32", values, [rows, heads, 1, headSize]);
    }
    return { rows, width: cache.width, feeds, fetches, logits, added };
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
