import { expect, test } from "vitest";
import { shellLine, vllmCommand, type VllmCommandOptions } from "./vllm-command.ts";

const OPTIONS: VllmCommandOptions = {
  modelDirectory: "/models/qwen",
  python: "/venv/bin/python",
  port: 8123,
  loraRank: undefined,
  trustRemoteCode: false,
  args: [],
  isCpu: false,
  modelLength: 32_768,
};

/** What follows a flag last. */
function valueOf(args: readonly string[], flag: string): string | undefined {
  const index = args.lastIndexOf(flag);
  return index < 0 ? undefined : args[index + 1];
}

test("serves on this machine only, with log-probabilities of what is sampled from and nothing of the model's own taste", () => {
  const { args, environment } = vllmCommand(OPTIONS);
  expect(valueOf(args, "--host")).toBe("127.0.0.1");
  expect(valueOf(args, "--logprobs-mode")).toBe("processed_logprobs");
  expect(valueOf(args, "--generation-config")).toBe("vllm");
  expect(args).not.toContain("--enable-lora");
  expect(args).not.toContain("--enforce-eager");
  expect(environment).toEqual({
    VLLM_SERVER_DEV_MODE: "1",
    PYTHONSAFEPATH: "1",
    VLLM_NO_USAGE_STATS: "1",
    DO_NOT_TRACK: "1",
    HF_HUB_OFFLINE: "1",
  });
});

test.each([
  [1, "1"],
  [12, "16"],
  [64, "64"],
  [65, "128"],
])("allows adapters of rank %i with the next that vLLM knows, %s", (loraRank, rank) => {
  const { args, environment } = vllmCommand({ ...OPTIONS, loraRank });
  expect(args).toContain("--enable-lora");
  expect(valueOf(args, "--max-lora-rank")).toBe(rank);
  expect(environment["VLLM_ALLOW_RUNTIME_LORA_UPDATING"]).toBe("True");
});

test.each([
  [undefined, [], true],
  [16, [], false],
  [16, ["--enable-sleep-mode"], true],
])("opens the development endpoints only where weights come by them: rank %s with %j", (loraRank, args, isOpen) => {
  const { environment } = vllmCommand({ ...OPTIONS, loraRank, args });
  expect("VLLM_SERVER_DEV_MODE" in environment).toBe(isOpen);
});

test("prints no key", () => {
  expect(shellLine(vllmCommand(OPTIONS))).not.toMatch(/key/i);
});

test.each([
  [[], "32768"],
  [["--max-model-len", "2048"], "4096"],
  [["--max-model-len=8192"], "8192"],
  [["--max-model-len", "auto"], "32768"],
])("gives the CPU build room for a whole prompt at once: %j", (args, tokens) => {
  const command = vllmCommand({ ...OPTIONS, isCpu: true, args });
  expect(command.args).toContain("--no-enable-chunked-prefill");
  expect(valueOf(command.args, "--max-num-batched-tokens")).toBe(tokens);
  expect(command.environment["VLLM_CPU_KVCACHE_SPACE"]).toBe("2");
});

test("puts further arguments last, where they count", () => {
  const { args } = vllmCommand({ ...OPTIONS, args: ["--max-logprobs", "5"] });
  expect(valueOf(args, "--max-logprobs")).toBe("5");
});

test("writes the command for a shell", () => {
  expect(
    shellLine({ file: "python3", args: ["-m", "x", "--override", `{"a b": 'c'}`], environment: { A: "1 2" } }),
  ).toBe(String.raw`A='1 2' python3 -m x --override '{"a b": '\''c'\''}'`);
});

test("runs code of the model's directory only where it is trusted", () => {
  const isTrusted = (trustRemoteCode: boolean): boolean =>
    vllmCommand({ ...OPTIONS, trustRemoteCode }).args.includes("--trust-remote-code");
  expect([isTrusted(false), isTrusted(true)]).toEqual([false, true]);
});
