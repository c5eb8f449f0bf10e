import { describeError } from "../../src/cli/describe-error.ts";
import type { EnvironmentKind } from "../../src/core/python/environment-kind.ts";
import { VLLM_ENVIRONMENT } from "../../src/policy/vllm/vllm-environment.ts";
import { TRAINER_ENVIRONMENT } from "../../src/trainer/trainer-environment.ts";
import { makeSmollm2 } from "../../tools/make-smollm2.ts";
import { INSTALLING, PARTS, partPython } from "../support/test-parts.ts";
import { MODEL } from "./parts.ts";

/**
 * Makes what the tests of this folder need, unless it stands: vLLM's environment, the trainer's, and SmolLM2. Nothing is
 * skipped: where a part cannot be made, no test runs, and the reason and what to do are told.
 */
export async function setup(): Promise<void> {
  const start = performance.now();
  try {
    await environment(VLLM_ENVIRONMENT);
    const python = await environment(TRAINER_ENVIRONMENT);
    tell(`SmolLM2-135M-Instruct in ${MODEL}`);
    await makeSmollm2({ python, directory: MODEL, signal: AbortSignal.timeout(INSTALLING) });
    tell(`all parts stand after ${((performance.now() - start) / 1000).toFixed(0)} s`);
  } catch (error) {
    throw new Error(
      `a part of the tests could not be installed in ${PARTS} (RLVR_TEST_PARTS names another folder)\n${describeError(error)}`,
      { cause: error },
    );
  }
}

/** An environment, with a line for each large thing that is downloaded for it. */
async function environment(kind: EnvironmentKind): Promise<string> {
  tell(`${kind.title} in ${PARTS}`);
  return partPython(kind, (_, doing) => {
    if (/\(\d{3,}\.\d MB\)/.test(doing)) tell(doing);
  });
}

function tell(text: string): void {
  process.stderr.write(`real parts: ${text}\n`);
}
