import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { packagePath } from "../core/package-files.ts";
import { runScript } from "../core/process/run-script.ts";
import { childEnvironment } from "../core/secrets/child-environment.ts";
import { withoutClientKeys } from "./client-keys.ts";

/** What is uploaded, and where to. */
export interface Push {
  /** An interpreter that has the package huggingface_hub. */
  readonly python: string;
  readonly folder: string;
  /** `OWNER/NAME`. */
  readonly repository: string;
  /** Of the commit. */
  readonly message: string;
}

/** How the hub's client answered: its version, and the address of the commit. */
export interface PushAnswer {
  readonly version: string;
  readonly where: string;
}

const line = z.union([
  z.strictObject({ doing: z.string() }),
  z.strictObject({ version: z.string(), where: z.string() }),
]);

/** Exit code of python/rlvr_export/hub.py where the client's package is missing. */
const MISSING_PACKAGE = 3;

/**
 * Uploads a model's folder to the Hugging Face hub by python/rlvr_export/hub.py. The token is the client's to take from
 * this process's environment or its own login: nothing of it is read or kept here, nor shown where the client repeats it.
 * @param onProgress told with what it is busy.
 * @throws RlvrError `missing_file` without the interpreter or the package, `hub_failed` when the client gives up; the
 * signal's reason.
 */
export async function pushModel(
  { python, folder, repository, message }: Push,
  onProgress: (doing: string) => void,
  signal: AbortSignal,
): Promise<PushAnswer> {
  let answer: PushAnswer | undefined;
  const { exitCode, failure, stderr } = await runScript(
    {
      file: python,
      args: [packagePath("python/rlvr_export/hub.py"), folder, repository, message],
      env: childEnvironment("tracker"),
      signal,
    },
    line,
    (said) => {
      if ("doing" in said) onProgress(said.doing);
      else answer = said;
    },
  );
  if (failure !== undefined || exitCode === MISSING_PACKAGE) throw noClient(python, failure);
  if (answer !== undefined && exitCode === 0) return answer;
  const told = withoutClientKeys(stderr).trim().split("\n").slice(-8).join("\n");
  throw new RlvrError("hub_failed", `the hub did not take the model: ${told}`, {
    advice:
      "Put right what its client says above. It logs in by HF_TOKEN, a token that may write. What was uploaded is not sent " +
      "again when the same command is run again.",
    retryable: true,
  });
}

function noClient(python: string, cause: Error | undefined): RlvrError {
  const why =
    cause === undefined ? `${python} has no package huggingface_hub` : `cannot start ${python}: ${cause.message}`;
  return new RlvrError("missing_file", why, {
    advice: "Name a Python that has it with --python PATH; rlvr trainer setup makes an environment with it.",
    cause,
  });
}
