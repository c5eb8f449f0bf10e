import type { Recipe } from "../../config/recipe-schema.ts";
import { RlvrError } from "../../core/errors.ts";
import { isPresent } from "../../core/files/files.ts";
import { defaultInterpreter } from "../../core/python/environment-folder.ts";
import { startLocalTrainer } from "../../trainer/drivers/local.ts";
import { localTorchDriver } from "../../trainer/drivers/local-torch.ts";
import { policyLayout } from "../../trainer/policy-layout.ts";
import type { TorchSettings } from "../../trainer/protocol/schemas.ts";
import { TRAINER_ENVIRONMENT } from "../../trainer/trainer-environment.ts";
import type { TrainerChoice } from "../services/trainer-service.ts";

type TorchOptions = NonNullable<Recipe["trainer"]["torch"]>;

/**
 * The trainer of a recipe, how it works and how it is started.
 * @throws RlvrError `bad_recipe` for what cannot work together, `missing_file` when the PyTorch trainer has no
 * environment.
 */
export function chooseTrainer(recipe: Recipe): TrainerChoice {
  refuseMismatch(recipe);
  const { torch } = recipe.trainer;
  if (torch === undefined) return { torch: undefined, driver: startLocalTrainer };
  return {
    torch: torchSettings(torch, recipe),
    driver: localTorchDriver({ python: interpreterFor(torch), ranks: torch.ranks }),
  };
}

/** A recipe's options in the names of the trainer protocol. Pure. */
export function torchSettings(torch: TorchOptions, { seed, policy }: Pick<Recipe, "seed" | "policy">): TorchSettings {
  const { mode, lora, dtype, device, gradient_checkpointing, microbatch_tokens, checkpoint_every } = torch;
  return {
    mode,
    lora: mode === "lora" ? lora : null,
    dtype,
    device,
    gradient_checkpointing,
    microbatch_tokens,
    checkpoint_every,
    // The run's folder lies beside its database, on a local disk: what is damaged there stays damaged.
    reread_seconds: 0,
    // PyTorch takes seeds of 64 bits, of which the trainer adds some.
    seed: seed % 2 ** 31,
    trust_remote_code: policy.trust_remote_code,
  };
}

/**
 * Python of the PyTorch trainer: a path, or a name on PATH.
 * @throws RlvrError `missing_file` when there is none.
 */
export function interpreterFor({ python }: TorchOptions): string {
  if (python !== undefined) {
    // A name without a folder is looked for on PATH when it is started.
    if (!python.includes("/") || isPresent(python)) return python;
    throw new RlvrError("missing_file", `trainer.torch.python: there is no ${python}`, {
      advice: "Name the interpreter of the trainer's environment, or leave it out for the one of: rlvr trainer setup.",
    });
  }
  const made = defaultInterpreter(TRAINER_ENVIRONMENT);
  if (made !== undefined) return made;
  throw new RlvrError("missing_file", "trainer.torch needs a Python environment with PyTorch, and there is none", {
    advice: "Make it once with: rlvr trainer setup. Or name the Python of your own in trainer.torch.python.",
  });
}

/** Refuses trainers that cannot train the policy, and servers that could not serve what comes of it. */
function refuseMismatch({ policy, trainer: { torch } }: Recipe): void {
  const layout = policyLayout(policy.model);
  const isOurServer = policy.url === undefined && policy.vllm === undefined;
  if (layout === "hugging-face") {
    if (torch === undefined)
      throw badRecipe(
        `policy.model ${policy.model} is a Hugging Face model, which the embedded trainer cannot train`,
        "Set trainer.torch (after: rlvr trainer setup), or train a policy in rlvr's ONNX layout.",
      );
    if (isOurServer)
      throw badRecipe(
        "rlvr's own policy server cannot serve what trainer.torch makes of a Hugging Face model",
        "Set policy.vllm to have the run start a vLLM, or policy.url to sample from one that runs.",
      );
    return;
  }
  if (policy.vllm !== undefined)
    throw badRecipe(
      `policy.model ${policy.model} is in rlvr's ONNX layout, which vLLM cannot serve`,
      "Leave out policy.vllm: the run serves it itself. Or name a Hugging Face model.",
    );
  if (torch?.mode === "lora")
    throw badRecipe(
      `trainer.torch.mode lora does not fit policy.model ${policy.model}, which is in rlvr's ONNX layout`,
      "Set trainer.torch.mode to full: adapters are for Hugging Face models.",
    );
}

function badRecipe(message: string, advice: string): RlvrError {
  return new RlvrError("bad_recipe", message, { advice });
}
