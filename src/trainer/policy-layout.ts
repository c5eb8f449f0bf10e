import { join } from "node:path";
import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { readModelJson } from "../core/files/model-file.ts";

/** How a policy lies in its directory: rlvr's own character transformer with its ONNX graphs, or a Hugging Face model. */
export type PolicyLayout = "rlvr" | "hugging-face";

const OWN_TYPE = "rlvr-char-transformer";

const configSchema = z.object({ model_type: z.string() });

/**
 * Which layout a policy directory has, by its config.json.
 * @throws RlvrError `missing_file` without one, `bad_checkpoint` when it names no kind of model.
 */
export function policyLayout(directory: string): PolicyLayout {
  const path = join(directory, "config.json");
  const config = readModelJson(path, configSchema);
  if (config === undefined) {
    throw new RlvrError("missing_file", `there is no ${path}`, { advice: "Check policy.model of the recipe." });
  }
  return config.model_type === OWN_TYPE ? "rlvr" : "hugging-face";
}
