import { RlvrError } from "./errors.ts";

/** A file of a data set on the Hugging Face hub. */
export interface HubReference {
  /** `owner/name`. */
  readonly dataset: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
  readonly path: string;
}

const SCHEME = "hf://";
const SHAPE = /^hf:\/\/datasets\/([\w.-]+\/[\w.-]+?)(?:@([^/@]+))?\/([^@].*)$/;

/** Whether a text names something on the hub, rather than a path. */
export function isHubReference(text: string): boolean {
  return text.startsWith(SCHEME);
}

/**
 * The file that a reference names: `hf://datasets/OWNER/NAME[@REVISION]/PATH`, as huggingface_hub and DuckDB have it. In
 * a revision a slash is written %2F. Default: the branch main.
 * @throws RlvrError `bad_usage` when it has another form.
 */
export function readHubReference(text: string): HubReference {
  const [, dataset, revision = "main", path] = SHAPE.exec(text) ?? [];
  const isInside = path?.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (dataset === undefined || path === undefined || isInside !== true) {
    throw new RlvrError("bad_usage", `${text} names no file of a data set on the Hugging Face hub`, {
      advice: "Its form is hf://datasets/OWNER/NAME[@REVISION]/PATH/OF/FILE, with a commit as the best revision.",
    });
  }
  return { dataset, revision: decodeURIComponent(revision), path };
}
