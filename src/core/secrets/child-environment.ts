/** What tells a process about its machine and its user, also on Windows, where letters' case is nothing. */
const MACHINE =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|XDG_\w+|(?:DY)?LD_LIBRARY_PATH|LD_PRELOAD|SYSTEMROOT|USERPROFILE|LOCALAPPDATA|TEMP|TMP)$/i;

/** Variables of processors, GPUs and the libraries that compute on them. */
const COMPUTE =
  /^(?:(?:CUDA|CUDNN|CUBLAS|NVIDIA|NCCL|GLOO|UCX|TORCH|TORCHINDUCTOR|TORCHELASTIC|PYTORCH|TRITON|NUMBA|OMP|MKL|DNNL|ONEDNN|OPENBLAS|KMP|GOMP|ROCR|ROCM|HIP|HSA|RCCL|MALLOC|ORT|VK|MESA|LIBGL)_\w+|CC|CXX)$/;

/** What Node itself reads; other `NODE_*` are npm's, with tokens among them. */
const NODE = /^NODE_(?:OPTIONS|ENV|COMPILE_CACHE|EXTRA_CA_CERTS|V8_COVERAGE)$/;

/** Further variables of a server of vLLM: its own, and those of what it loads models by. */
const VLLM =
  /^(?:(?:VLLM|RAY|FLASHINFER|LMCACHE|SAFETENSORS|PYTHON)\w+|HF_(?:HOME|HUB_CACHE|HUB_OFFLINE|MODULES_CACHE)|TRANSFORMERS_(?:CACHE|OFFLINE|VERBOSITY)|TOKENIZERS_PARALLELISM|TIKTOKEN_\w+|VIRTUAL_ENV|CONDA_PREFIX|MAX_JOBS)$/;

/** Further variables of a tracker's client: its own with its key, and how it reaches its server. */
const TRACKER =
  /^(?:(?:WANDB|TRACKIO|HF|GRADIO|PYTHON|REQUESTS|CURL|SSL)_?\w+|VIRTUAL_ENV|CONDA_PREFIX|NETRC|(?:https?|all|no)_proxy)$/i;

/** Further variables of a verifier's worker: what Node, Python and the libraries of reward models find their files by. */
const VERIFIER =
  /^(?:NODE_PATH|SSL_CERT_(?:FILE|DIR)|PYTHON\w+|VIRTUAL_ENV|CONDA_PREFIX|HF_(?:HOME|HUB_CACHE|HUB_OFFLINE|DATASETS_CACHE|DATASETS_OFFLINE)|TRANSFORMERS_(?:CACHE|OFFLINE)|TOKENIZERS_PARALLELISM|NLTK_DATA)$/;

/** Names of keys, also of families above: VLLM_API_KEY, NVIDIA_API_KEY. */
const SECRET = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|PASSPHRASE|CREDENTIALS?|AUTH)$/i;

/** Processes of others' code or of others' files, each with the variables that it needs. */
export type ChildKind = "node" | "verifier" | "trainer" | "vllm" | "tracker";

const PASSED: Readonly<Record<ChildKind, readonly RegExp[]>> = {
  node: [MACHINE, COMPUTE, NODE],
  verifier: [MACHINE, COMPUTE, NODE, VERIFIER],
  trainer: [MACHINE, COMPUTE],
  vllm: [MACHINE, COMPUTE, VLLM],
  tracker: [MACHINE, TRACKER],
};

/**
 * What of this process's environment a child of a kind gets: the variables that it needs and no other, since the rest may
 * hold keys, and what it reads or prints is not ours to vouch for. None whose name says that it holds a key, but for a
 * tracker, which logs in by its own. Pure.
 */
export function childEnvironment(kind: ChildKind, environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const isPassed = (name: string): boolean =>
    PASSED[kind].some((family) => family.test(name)) && (kind === "tracker" || !SECRET.test(name));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isPassed(name)));
}
