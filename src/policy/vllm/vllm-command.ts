import { ONLY_INSTALLED } from "./vllm-package.ts";
import { shellWord } from "../../core/process/shell-word.ts";

/** An adapter by the name to ask for it by. */
export interface NamedAdapter {
  readonly name: string;
  /** In peft's layout. */
  readonly directory: string;
}

/** What decides how vLLM is started. */
export interface VllmCommandOptions {
  /** Directory of a Hugging Face model. */
  readonly modelDirectory: string;
  readonly python: string;
  readonly port: number;
  /** Largest rank of the adapters that it will load; undefined serves without LoRA. */
  readonly loraRank: number | undefined;
  /** Served from the start beside the base; needs a rank. */
  readonly adapter?: NamedAdapter | undefined;
  /** Whether Python code in the model's directory may run. */
  readonly trustRemoteCode: boolean;
  /** Further arguments; the last of two that say the same counts. */
  readonly args: readonly string[];
  /** Whether vLLM was built for the CPU. */
  readonly isCpu: boolean;
  /** Most tokens of prompt and completion together that the model itself takes, of its config.json. */
  readonly modelLength: number;
}

/** A command line with the environment variables that it needs. */
export interface VllmCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Ranks that vLLM takes for --max-lora-rank. */
const RANKS = [1, 8, 16, 32, 64, 128, 256, 320, 512];
/** Adapters at once: the version that is sampled from, and the one before while its requests end. */
const MAX_LORAS = 2;
/** Memory of the CPU build for keys and values, in GiB, unless the environment says otherwise. */
const CPU_CACHE_GIB = 2;

/** Name under which the base is served: requests need not carry a path of this machine. */
export const SERVED_MODEL = "policy";

/** The command that starts vLLM with all that rlvr needs of it; docs/policy-servers.md says why each is there. */
export function vllmCommand(options: VllmCommandOptions): VllmCommand {
  const { modelDirectory, python, port, loraRank, adapter, trustRemoteCode, args, isCpu, modelLength } = options;
  return {
    file: python,
    args: [
      "-m",
      // Rather than the `vllm` script, which looks for a package of that name: the CPU build has another.
      "vllm.entrypoints.openai.api_server",
      ...words({
        "--model": modelDirectory,
        "--served-model-name": SERVED_MODEL,
        "--host": "127.0.0.1",
        "--port": port,
        "--uvicorn-log-level": "warning",
        "--logprobs-mode": "processed_logprobs",
        "--max-logprobs": -1,
        "--generation-config": "vllm",
      }),
      ...(loraRank === undefined ? [] : loraArguments(loraRank)),
      ...(adapter === undefined ? [] : ["--lora-modules", `${adapter.name}=${adapter.directory}`]),
      ...(isCpu ? cpuArguments(args, modelLength) : []),
      ...(trustRemoteCode ? ["--trust-remote-code"] : []),
      ...args,
    ],
    environment: {
      // Opens the endpoints by which whole weights are loaded, and by which it sleeps. Most versions ask for no key there.
      ...(loraRank === undefined || args.includes("--enable-sleep-mode") ? { VLLM_SERVER_DEV_MODE: "1" } : {}),
      ...(loraRank === undefined ? {} : { VLLM_ALLOW_RUNTIME_LORA_UPDATING: "True" }),
      ...ONLY_INSTALLED,
      VLLM_NO_USAGE_STATS: "1",
      DO_NOT_TRACK: "1",
      // The model is a directory: nothing is to be looked up on the hub.
      HF_HUB_OFFLINE: "1",
      // No core apart for its scheduler, which has little to do: of two cores that would be half.
      ...(isCpu ? { VLLM_CPU_KVCACHE_SPACE: String(CPU_CACHE_GIB), VLLM_CPU_NUM_OF_RESERVED_CPU: "0" } : {}),
    },
  };
}

function loraArguments(rank: number): string[] {
  const largest = RANKS.find((size) => size >= rank) ?? rank;
  return ["--enable-lora", ...words({ "--max-loras": MAX_LORAS, "--max-lora-rank": largest })];
}

/**
 * The CPU build (0.32) dies of a prompt in chunks when a request has a seed ("CPU Generator does not use offset"). Whole
 * prompts need room for the longest in one batch. Compiling takes minutes and gains little there.
 */
function cpuArguments(args: readonly string[], modelLength: number): string[] {
  const given = valueOf(args, "--max-model-len");
  const length = given !== undefined && /^\d+$/.test(given) ? Number(given) : modelLength;
  return ["--enforce-eager", "--no-enable-chunked-prefill", "--max-num-batched-tokens", String(Math.max(length, 4096))];
}

function valueOf(args: readonly string[], flag: string): string | undefined {
  const index = args.lastIndexOf(flag);
  if (index >= 0) return args[index + 1];
  return args.findLast((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1);
}

function words(flags: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)]);
}

/** The command as a line for a shell, to run it elsewhere. */
export function shellLine({ file, args, environment }: VllmCommand): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${shellWord(value)}`);
  return [...variables, ...[file, ...args].map(shellWord)].join(" ");
}
