/** What the server has to know of a model, whatever its layout. */
export interface ModelConfig {
  readonly vocabSize: number;
  /** Most tokens of prompt and completion together. */
  readonly maxLength: number;
  /** Ids that end a completion. */
  readonly eosIds: readonly number[];
}

/** A model as it lies in its directory; plain data, so that it can be handed to a worker thread as it is. */
interface ServedModel {
  /** Absolute path. */
  readonly directory: string;
  /** What clients send as `model`: the directory's own name. */
  readonly name: string;
  readonly config: ModelConfig;
  /** Version in the directory's manifest.json; 0 (the base) when it has none. */
  readonly policyVersion: number;
}

/** Name and shape of every parameter, in the order in which they lie in the flat vector. */
export type Parameters = readonly (readonly [name: string, shape: readonly number[]])[];

/** A policy that rlvr exported: its graph, `graphs/step.onnx`, takes the weights as inputs. */
export interface RlvrModel extends ServedModel {
  readonly layout: "rlvr";
  readonly layers: number;
  readonly heads: number;
  /** Channels of one attention head. */
  readonly headSize: number;
  readonly parameters: Parameters;
  /** The flat parameter vector (float32), shared by all workers. */
  readonly weights: SharedArrayBuffer;
}

/** A decoder in Hugging Face's ONNX layout: its graph holds the weights and takes `past_key_values.*`. */
export interface HuggingFaceModel extends ServedModel {
  readonly layout: "hugging-face";
  /** Absolute path of the graph. */
  readonly graph: string;
}

/** A model that the server can serve. */
export type PolicyModel = RlvrModel | HuggingFaceModel;
