import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { childEnvironment } from "../../core/secrets/child-environment.ts";
import { messageOf, RlvrError } from "../../core/errors.ts";
import type { EnvironmentRecord } from "./environment-folder.ts";

const run = promisify(execFile);

const EXAMINE = `
import json, platform
import peft, torch, transformers
available = torch.cuda.is_available()
print(json.dumps({
    "build": "rocm" if torch.version.hip else "cuda" if torch.version.cuda else "cpu",
    "devices": [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())] if available else [],
    "versions": {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "peft": peft.__version__,
    },
}))`;

const found = z.object({
  build: z.enum(["cpu", "cuda", "rocm"]),
  devices: z.array(z.string()),
  versions: z.record(z.string(), z.string()),
});

/** What an interpreter can train with. */
export interface Examined extends Pick<EnvironmentRecord, "build" | "versions"> {
  /** Names of the GPUs that PyTorch can use. */
  readonly devices: readonly string[];
}

/**
 * Has an interpreter load what the trainer needs. Some seconds.
 * @throws RlvrError `trainer_failed` with what Python says when it cannot.
 */
export async function examineEnvironment(python: string, signal?: AbortSignal): Promise<Examined> {
  try {
    const { stdout } = await run(python, ["-I", "-c", EXAMINE], {
      env: childEnvironment("trainer"),
      ...(signal && { signal }),
    });
    return found.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  } catch (error) {
    signal?.throwIfAborted();
    const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1);
    throw new RlvrError("trainer_failed", `${python} cannot load PyTorch: ${said || messageOf(error)}`, {
      advice: "Make the environment anew: rlvr trainer setup.",
      cause: error,
    });
  }
}
