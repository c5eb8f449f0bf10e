import type { Command } from "commander";
import { VLLM_ENVIRONMENT } from "../../policy/vllm/vllm-environment.ts";
import { setupCommand } from "../setup-environment.ts";

/** `rlvr policy setup`: the Python environment of the vLLM that rlvr starts. */
export function policySetupCommand(): Command {
  return setupCommand(VLLM_ENVIRONMENT, {
    description: "make a Python environment with vLLM (recipes with policy.vllm and rlvr policy start vllm use it)",
    package: "a vLLM",
    help: `Runs on rlvr's own server, or on one that runs already, need none of it.

Examples:
  rlvr policy setup
  rlvr policy setup --cuda --dir /data/rlvr-vllm    # then in the recipe: policy.vllm.python`,
    does: "it samples",
    option: "policy.vllm",
  });
}
