/**
 * Makes the Hugging Face directory of SmolLM2-135M-Instruct, where no model hub is, by the trainer's environment (`rlvr trainer
 * setup`): pnpm model:smollm2 [DIRECTORY], by default models/smollm2-135m-instruct.
 */
import { describeError } from "../src/cli/describe-error.ts";
import { userPath } from "../src/cli/user-path.ts";
import { packagePath } from "../src/core/package-files.ts";
import { defaultInterpreter } from "../src/core/python/environment-folder.ts";
import { RlvrError } from "../src/core/errors.ts";
import { TRAINER_ENVIRONMENT } from "../src/trainer/trainer-environment.ts";
import { makeSmollm2 } from "./make-smollm2.ts";

try {
  const [given] = process.argv.slice(2);
  const directory = given === undefined ? packagePath("models/smollm2-135m-instruct") : userPath(given);
  const python = defaultInterpreter(TRAINER_ENVIRONMENT);
  if (python === undefined)
    throw new RlvrError("missing_file", "it takes PyTorch to make the model, and there is no environment with it", {
      advice: "Make it once with: rlvr trainer setup",
    });
  await makeSmollm2({ python, directory, signal: new AbortController().signal });
  process.stdout.write(`${directory} holds SmolLM2-135M-Instruct\n`);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
