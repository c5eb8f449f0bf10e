import { z } from "zod";
import { keyFlagIn } from "../../core/secrets/key-arguments.ts";
import { apiKeyVariable, path, serverUrl } from "./scalars.ts";

const vllmSchema = z.strictObject({
  python: path
    .optional()
    .describe(
      "Python of an environment with vLLM, which the run then starts itself. None: that of `rlvr policy setup`, or else `python3` on " +
        "the PATH.",
    ),
  args: z
    .array(z.string())
    .refine((args) => keyFlagIn(args) === undefined, {
      error: ({ input }) =>
        `${keyFlagIn(input as string[])} would be stored with the run and stand in the list of processes: leave it out; ` +
        "only this machine reaches a server that the run starts",
    })
    .default([])
    .describe("Further arguments of the server, such as --max-model-len 2048, each word an item."),
});

/** The model to train and what samples from it. */
export const policySchema = z
  .strictObject({
    model: path.describe(
      "Directory of the policy to train: one in rlvr's ONNX layout, or a Hugging Face model (config.json, safetensors, " +
        "tokenizer) for trainer.torch and vLLM. Or the id of such a model on the Hugging Face hub, OWNER/NAME[@REVISION], which " +
        "is fetched into the hub's cache when the run starts.",
    ),
    weights: path
      .optional()
      .describe("Weights (safetensors) to start from in place of the model's own, such as another run's checkpoint."),
    url: z
      .union([serverUrl, z.array(serverUrl).min(1)])
      .optional()
      .describe(
        "A running policy server to sample from instead, such as http://127.0.0.1:8000 without /v1; or several replicas.",
      ),
    api_key_env: apiKeyVariable
      .optional()
      .describe("Name of the environment variable that holds the API key of the servers at policy.url."),
    vllm: vllmSchema
      .optional()
      .describe("Serve the policy with a vLLM that the run starts, rather than rlvr's own server."),
    trust_remote_code: z
      .boolean()
      .default(false)
      .describe(
        "Whether Python code in the directory of a Hugging Face model (`auto_map` in its config.json) may run, as you, in the " +
          "trainer and in a vLLM that the run starts. false: it never does, and a model that cannot do without it is refused.",
      ),
    sync: z
      .enum(["auto", "export", "lora", "reload", "sleep", "restart"])
      .default("auto")
      .describe(
        "How new weights reach the server. auto: the first of these that the server offers and the trainer's export " +
          "fits: rlvr's own server loads the export, vLLM hot-loads a LoRA adapter, reads a full export anew, or restarts.",
      ),
    device: z
      .enum(["auto", "cpu", "webgpu", "cuda"])
      .default("cpu")
      .describe(
        "Where the server of rlvr's own that the run starts runs the model: docs/onnx-server.md. auto: the first of CUDA, WebGPU " +
          "and the processor that can. The same recipe and seed give the same checkpoint on the processor.",
      ),
    mode: z
      .enum(["deterministic", "fast"])
      .default("deterministic")
      .describe("deterministic: same recipe and seed, same checkpoint. fast: no such promise."),
  })
  .refine(({ weights, url }) => weights === undefined || url === undefined, {
    path: ["weights"],
    message: "only where the run serves the policy itself: leave out policy.url, or start that server on these weights",
  })
  .refine(({ device, vllm, url }) => device === "cpu" || (vllm === undefined && url === undefined), {
    path: ["device"],
    message:
      "only for the server of rlvr's own that the run starts: leave it out where policy.vllm or policy.url serves",
  })
  .refine(({ weights, vllm }) => weights === undefined || vllm === undefined, {
    path: ["weights"],
    message: "vLLM serves a whole directory: leave out policy.vllm, or name a policy.model with these weights",
  })
  .refine(({ vllm, url }) => vllm === undefined || url === undefined, {
    path: ["vllm"],
    message: "only where the run serves the policy itself: leave out policy.url, or policy.vllm for a server that runs",
  });
