import { RlvrError } from "../../core/errors.ts";

/** Beginnings of names: settings of GPUs, threads and compilers, and folders. */
const FAMILIES =
  "CUDA|NVIDIA|NCCL|TORCH|TORCHINDUCTOR|PYTORCH|TRITON|OMP|MKL|OPENBLAS|KMP|GOMP|ROCR|HIP|HSA|MALLOC|XDG|LC";

/**
 * Variables that Node, Python, and the libraries of reward models read to find files, certificates and processors. No
 * other: the environment may hold keys, and some that begin with `NODE_` or `HF_` are.
 */
const PASSED = new RegExp(
  `^(?:${[
    "PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TMPDIR|(?:DY)?LD_LIBRARY_PATH|SSL_CERT_(?:FILE|DIR)",
    "NODE_(?:OPTIONS|PATH|ENV|COMPILE_CACHE|EXTRA_CA_CERTS|V8_COVERAGE)",
    String.raw`VIRTUAL_ENV|CONDA_PREFIX|PYTHON\w+`,
    "HF_(?:HOME|HUB_CACHE|HUB_OFFLINE|DATASETS_CACHE|DATASETS_OFFLINE)|TRANSFORMERS_(?:CACHE|OFFLINE)",
    "TOKENIZERS_PARALLELISM|NLTK_DATA|ORT_DISABLE_TELEMETRY",
    String.raw`(?:${FAMILIES})_\w+`,
  ].join("|")})$`,
);

/**
 * The environment of a worker whose verifiers ask for variables beyond the harmless ones. Pure.
 * @param asked names of the variables.
 * @param environment of this process.
 * @throws RlvrError `bad_usage` for one that is not set.
 */
export function workerEnvironment(asked: readonly string[], environment: NodeJS.ProcessEnv): Record<string, string> {
  const missing = asked.filter((name) => (environment[name] ?? "") === "");
  if (missing.length > 0) {
    const [what, them] = missing.length === 1 ? ["variable", "it"] : ["variables", "them"];
    throw new RlvrError(
      "bad_usage",
      `the environment ${what} ${missing.join(", ")}, which a verifier asks for, ${missing.length === 1 ? "is" : "are"} not set`,
      { advice: `Set ${them}, or take ${them} out of the verifier's \`env\`.` },
    );
  }
  const isPassed = (name: string): boolean => PASSED.test(name) || asked.includes(name);
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      isPassed(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}
