import { join } from "node:path";
import { defaultEnvironmentFolder, interpreterOf } from "../../src/core/python/environment-folder.ts";
import { TRAINER_ENVIRONMENT } from "../../src/trainer/trainer-environment.ts";
import { PARTS } from "../support/test-parts.ts";

// What install-parts.ts made before the tests. vLLM's environment and the trainer's are found by the tests' XDG_DATA_HOME.

/** SmolLM2-135M-Instruct, as a Hugging Face directory in float32. */
export const MODEL = join(PARTS, "smollm2-135m-instruct");

/** The interpreter of the trainer's environment: PyTorch, transformers, peft. */
export const TRAINER_PYTHON = interpreterOf(defaultEnvironmentFolder(TRAINER_ENVIRONMENT, { XDG_DATA_HOME: PARTS }));
