import { RlvrError } from "./errors.ts";

/** A model on the Hugging Face hub. Each part is safe as the name of a folder. */
export interface HubModel {
  /** `owner/name`. */
  readonly name: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
}

const SHAPE = /^([A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95})(?:@([A-Za-z0-9][\w./-]{0,199}))?$/;

/** Whether a text may be the id of a model on the hub: `OWNER/NAME` or `OWNER/NAME@REVISION`. A path may look the same. */
export function isHubModel(text: string): boolean {
  const [, name, revision = ""] = SHAPE.exec(text) ?? [];
  // The hub has no such names: in its cache they would be those of other models, and of other folders.
  return name !== undefined && !/--|\.\./.test(name) && !/\.\.|\/\/|\/$/.test(revision);
}

/**
 * Reads the id of a model. Default of the revision: the branch main.
 * @throws RlvrError `bad_usage` when it has another form.
 */
export function readHubModel(text: string): HubModel {
  const [, name, revision = "main"] = SHAPE.exec(text) ?? [];
  if (name !== undefined && isHubModel(text)) return { name, revision };
  throw new RlvrError("bad_usage", `${text.slice(0, 200)} is no id of a model on the Hugging Face hub`, {
    advice: "Write OWNER/NAME or OWNER/NAME@REVISION, such as HuggingFaceTB/SmolLM2-135M-Instruct.",
  });
}
