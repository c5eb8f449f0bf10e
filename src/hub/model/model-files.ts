/** A file of a model as the hub lists it. */
export interface ListedFile {
  readonly path: string;
  /** Its content's name, a hash of it. */
  readonly content: string;
  readonly bytes: number;
}

/** Settings, tokenizer and chat template. */
const BESIDE_WEIGHTS = /\.(?:json|jinja|txt|model)$/;
/** Weights in the layouts of transformers and of rlvr; others in the same folder are the same ones for other programs. */
const WEIGHTS = /^model(?:-\d{5}-of-\d{5})?\.safetensors$/;
/** Graphs of rlvr's layout lie in a folder of their own. */
const GRAPH = /^graphs\/[\w][\w.+-]*\.onnx$/;
const AT_TOP = /^[\w][\w.+-]*$/;
const CODE = /\.py$/;

/**
 * The files of a model that rlvr, transformers and vLLM load: those at its top and rlvr's graphs, safetensors rather than anything that runs
 * when it is loaded. Pure.
 * @param withCode whether Python code of the model is taken too.
 */
export function modelFiles(listed: readonly ListedFile[], withCode: boolean): ListedFile[] {
  const atTop = listed.filter(({ path }) => AT_TOP.test(path));
  const tensors = atTop.filter(({ path }) => path.endsWith(".safetensors"));
  const usual = tensors.filter(({ path }) => WEIGHTS.test(path));
  const weights = new Set((usual.length > 0 ? usual : tensors).map(({ path }) => path));
  const isBeside = (path: string): boolean => BESIDE_WEIGHTS.test(path) || (withCode && CODE.test(path));
  return listed.filter(({ path }) => GRAPH.test(path) || (AT_TOP.test(path) && (weights.has(path) || isBeside(path))));
}

/**
 * Whether files of a model suffice to load it, as far as their names and its index of shards tell. Pure.
 * @param shards files that model.safetensors.index.json names; undefined where there is none.
 */
export function isWhole(names: readonly string[], shards: readonly string[] | undefined): boolean {
  const has = (name: string): boolean => names.includes(name);
  const hasWeights = shards === undefined ? names.some((name) => name.endsWith(".safetensors")) : shards.every(has);
  return hasWeights && has("config.json") && (has("tokenizer.json") || has("tokenizer.model"));
}
