import { expect, test } from "vitest";
import { childEnvironment, type ChildKind } from "./child-environment.ts";

const KINDS: readonly ChildKind[] = ["node", "trainer", "vllm", "tracker"];

/** Where people and machines keep keys. */
const KEYS = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AZURE_CLIENT_SECRET",
  "AZURE_STORAGE_CONNECTION_STRING",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "OPENAI_API_KEY",
  "ANTHROPIC_API_KEY",
  "NVIDIA_API_KEY",
  "VLLM_API_KEY",
  "GITHUB_TOKEN",
  "DATABASE_URL",
  "PGPASSWORD",
  "MYSQL_PASS",
  "SSH_AUTH_SOCK",
  "NODE_AUTH_TOKEN",
  "PIP_INDEX_URL",
  "POLICY_KEY",
];

test("passes what a child needs of the machine, and no keys", () => {
  const environment = Object.fromEntries(KEYS.map((name) => [name, "secret"]));
  for (const kind of KINDS)
    expect(childEnvironment(kind, { ...environment, PATH: "/bin", HOME: "/home/me", LC_ALL: "C" }), kind).toEqual({
      PATH: "/bin",
      HOME: "/home/me",
      LC_ALL: "C",
    });
});

test("passes each child the variables of its own libraries", () => {
  const passes = (kind: ChildKind, ...names: string[]) => {
    const environment = Object.fromEntries(names.map((name) => [name, "1"]));
    expect(Object.keys(childEnvironment(kind, environment)), kind).toEqual(names);
  };
  passes("node", "VK_DRIVER_FILES", "VK_ICD_FILENAMES");
  passes("node", "NODE_OPTIONS", "NODE_COMPILE_CACHE", "ORT_DISABLE_TELEMETRY", "CUDA_VISIBLE_DEVICES");
  passes("trainer", "CUDA_VISIBLE_DEVICES", "NCCL_DEBUG", "OMP_NUM_THREADS", "PYTORCH_ALLOC_CONF", "CC");
  passes("vllm", "VLLM_CPU_KVCACHE_SPACE", "VLLM_ATTENTION_BACKEND", "CUDA_VISIBLE_DEVICES", "NCCL_DEBUG", "HF_HOME");
  passes("vllm", "RAY_ADDRESS", "LD_PRELOAD", "TOKENIZERS_PARALLELISM", "PYTHONPATH", "XDG_CACHE_HOME", "TMPDIR");
  passes("tracker", "WANDB_API_KEY", "HF_TOKEN", "WANDB_MODE", "TRACKIO_DIR", "HTTPS_PROXY", "no_proxy", "NETRC");
});

test("keeps a tracker's login from every other child", () => {
  for (const kind of KINDS.filter((each) => each !== "tracker"))
    expect(
      childEnvironment(kind, { WANDB_API_KEY: "secret", HF_TOKEN: "secret", https_proxy: "http://me:pw@host" }),
    ).toEqual({});
});
