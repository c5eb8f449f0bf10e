import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import type { Recipe } from "../../config/recipe-schema.ts";
import { RlvrError } from "../../core/errors.ts";
import { readIfPresent } from "../../core/files/files.ts";
import { trainerEnvironment } from "../../trainer/drivers/local-torch.ts";
import { policyLayout } from "../../trainer/policy-layout.ts";

const run = promisify(execFile);

/** How long the interpreter may take to look a model type up, in milliseconds: it loads transformers. */
const LOOK_UP_MS = 120_000;
/** Names of files with weights that run code when they are loaded carelessly. */
const PICKLE = /\.(?:bin|pt|pth|ckpt|pkl)$/;
/** Files that may name Python code in the directory, under `auto_map`. */
const MAPS = ["config.json", "tokenizer_config.json"];

/**
 * Refuses a Hugging Face model that only unsafe means could load: pickled weights, or Python code of its own that the
 * recipe does not let run.
 * @param python interpreter of the trainer, which knows the model types of its transformers.
 * @param onNote told that a model's code is not run, where transformers does without it.
 * @throws RlvrError `bad_checkpoint` of pickles, `bad_recipe` of code, `trainer_failed` when the interpreter cannot say.
 */
export async function checkModelFiles(
  { model, trust_remote_code: isTrusted }: Recipe["policy"],
  python: string,
  onNote?: (text: string) => void,
): Promise<void> {
  if (policyLayout(model) !== "hugging-face") return;
  refusePickles(model);
  if (isTrusted || !MAPS.some((name) => namesCode(join(model, name)))) return;
  const required = await requiredCode(python, model);
  if (required.length === 0) {
    onNote?.(`${model} has Python code of its own, which is not run: transformers does without it`);
    return;
  }
  throw new RlvrError(
    "bad_recipe",
    `policy.model ${model} needs Python code of its own: transformers lacks ${required.join(" and ")}`,
    {
      advice:
        "Read that code: it would run as you. To let it run, set policy.trust_remote_code to true. Or name a model that " +
        "transformers has.",
    },
  );
}

function refusePickles(model: string): void {
  const names = readdirSync(model);
  const pickle = names.find((name) => PICKLE.test(name));
  if (pickle === undefined || names.some((name) => name.endsWith(".safetensors"))) return;
  throw new RlvrError(
    "bad_checkpoint",
    `policy.model ${model} has its weights as a pickle (${pickle.slice(0, 80)}), which could run code when it is loaded`,
    {
      advice:
        "Take the model's safetensors where the hub has some. Or convert it once: in Python, " +
        `transformers.AutoModelForCausalLM.from_pretrained(${JSON.stringify(model)}).save_pretrained("NEW"), which loads it ` +
        "with weights_only, then move the safetensors of NEW into the model's directory.",
    },
  );
}

/** Whether a file of a model names code. What is no JSON is refused by whoever needs it. */
function namesCode(path: string): boolean {
  const text = readIfPresent(path)?.toString("utf8");
  if (text === undefined) return false;
  try {
    return Boolean((JSON.parse(text) as { readonly auto_map?: unknown } | null)?.auto_map);
  } catch {
    return false;
  }
}

/** What of a model only its own code could load, in words. Runs none of it. */
async function requiredCode(python: string, model: string): Promise<readonly string[]> {
  try {
    const { stdout } = await run(python, ["-m", "rlvr_trainer.custom_code", model], {
      env: trainerEnvironment(process.env),
      timeout: LOOK_UP_MS,
    });
    return z.array(z.string()).parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  } catch (error) {
    throw new RlvrError("trainer_failed", `${python} cannot say whether transformers has the model ${model}`, {
      advice: "Look whether that Python has the trainer's packages: rlvr trainer setup makes an environment with them.",
      cause: error,
    });
  }
}
