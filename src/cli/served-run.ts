import { RlvrError } from "../core/errors.ts";
import type { RunVersion } from "../core/run-version.ts";
import { openVersion, type OpenedVersion } from "../run/versions/open-version.ts";
import { openCurrentDatabaseReadOnly } from "../tracking/database.ts";
import { policyLayout } from "../trainer/policy-layout.ts";

/**
 * A version of a run that a server is to be started on.
 * @param server rlvr's own, or vLLM.
 * @throws RlvrError like {@link openVersion}, `bad_usage` when it is for the other one.
 */
export function servedRun(named: RunVersion, databasePath: string, server: "rlvr" | "vllm"): OpenedVersion {
  const db = openCurrentDatabaseReadOnly(databasePath);
  try {
    const version = openVersion(db, databasePath, named);
    const { model } = version.recipe.policy;
    const fitting = policyLayout(model) === "rlvr" ? "rlvr" : "vllm";
    if (fitting === server) return version;
    throw fitting === "vllm"
      ? misfit(`run ${version.run.id} trains a Hugging Face model`, `rlvr policy start vllm --run ${named.runId}`)
      : misfit(`run ${version.run.id} trains a policy in rlvr's ONNX layout`, `rlvr policy serve --run ${named.runId}`);
  } finally {
    db.$client.close();
  }
}

function misfit(what: string, command: string): RlvrError {
  return new RlvrError("bad_usage", what, { advice: `Serve it with: ${command}` });
}
