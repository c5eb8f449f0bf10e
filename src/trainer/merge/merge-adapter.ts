import { z } from "zod";
import { RlvrError } from "../../core/errors.ts";
import { runScript } from "../../core/process/run-script.ts";
import { trainerEnvironment } from "../drivers/local-torch.ts";
import { wireError } from "../protocol/schemas.ts";

/** What is merged, and where to. */
export interface Merge {
  /** An interpreter of the trainer's environment. */
  readonly python: string;
  /** Folder of the Hugging Face model that the adapter was trained on. */
  readonly base: string;
  /** Folder of the adapter, in peft's layout. */
  readonly adapter: string;
  /** A folder that exists; config.json and the weights go there. */
  readonly out: string;
  /** Whether Python code in the base's folder may run. */
  readonly trustRemoteCode: boolean;
}

const line = z.union([z.strictObject({ share: z.number(), doing: z.string() }), z.strictObject({ error: wireError })]);

/**
 * Merges an adapter into its base model by peft, in float32, and writes it in the base's own dtype: 4 bytes of memory a
 * parameter while it works, and what is written besides.
 * @param onProgress told how far it has come, from 0 to 1, and with what it is busy.
 * @throws RlvrError `bad_checkpoint`, `missing_file`, `disk_full` or `trainer_failed` with the reason; the signal's reason.
 */
export async function mergeAdapter(
  { python, base, adapter, out, trustRemoteCode }: Merge,
  onProgress: (share: number, doing: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const args = ["-m", "rlvr_trainer.merge", base, adapter, out, ...(trustRemoteCode ? ["--trust-remote-code"] : [])];
  let fault: z.infer<typeof wireError> | undefined;
  // Python would else take modules from the folder that this is started in, which other users may write to.
  const env = { ...trainerEnvironment(process.env), PYTHONSAFEPATH: "1" };
  const script = { file: python, args, env, signal };
  const { exitCode, failure, stderr } = await runScript(script, line, (said) => {
    if ("error" in said) fault = said.error;
    else onProgress(said.share, said.doing);
  });
  if (fault !== undefined) throw new RlvrError(fault.code, `the adapter cannot be merged: ${fault.message}`, fault);
  if (failure === undefined && exitCode === 0) return;
  const told = stderr.trim().split("\n").slice(-8).join("\n");
  throw new RlvrError("trainer_failed", `${python} did not merge the adapter: ${failure?.message ?? told}`, {
    advice:
      "A merge takes 4 bytes of memory a parameter. Without the packages that it needs: rlvr trainer setup makes an environment.",
    cause: failure,
  });
}
