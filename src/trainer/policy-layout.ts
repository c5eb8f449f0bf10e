import { join } from "node:path";
import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { readIfPresent } from "../core/files.ts";

/** How a policy lies in its directory: rlvr's own character transformer with its ONNX graphs, or a Hugging Face model. */
export type PolicyLayout = "rlvr" | "hugging-face";

const OWN_TYPE = "rlvr-char-transformer";

/**
 * Which layout a policy directory has, by its config.json.
 * @throws RlvrError `missing_file` without one, `bad_checkpoint` when it names no kind of model.
 */
export function policyLayout(directory: string): PolicyLayout {
  const path = join(directory, "config.json");
  const text = readIfPresent(path)?.toString("utf8");
  if (text === undefined) {
    throw new RlvrError("missing_file", `there is no ${path}`, { advice: "Check policy.model of the recipe." });
  }
  const type = z.string().safeParse(modelType(text));
  if (type.success) return type.data === OWN_TYPE ? "rlvr" : "hugging-face";
  throw new RlvrError("bad_checkpoint", `${path} names no model_type`, {
    advice: "Name a directory of rlvr's ONNX layout or of a Hugging Face model.",
  });
}

function modelType(text: string): unknown {
  try {
    return (JSON.parse(text) as { model_type?: unknown } | null)?.model_type;
  } catch {
    return undefined;
  }
}
