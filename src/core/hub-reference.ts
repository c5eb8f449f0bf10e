import { RlvrError } from "./errors.ts";

/** A file of a data set on the Hugging Face hub. Each part is safe as a path below a folder. */
export interface HubReference {
  /** `owner/name`. */
  readonly dataset: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
  readonly path: string;
}

const SCHEME = "hf://";
const SHAPE = /^hf:\/\/datasets\/([\w.-]+\/[\w.-]+?)(?:@([^/@]+))?\/([^@].*)$/;

/** Longest reference, in characters. */
const MAX_LENGTH = 1024;
/** Longest part between slashes, in bytes: it names a file of the cache, with up to 50 bytes around it, and 255 is the most. */
const MAX_PART = 200;

/** Whether a text names something on the hub, rather than a path. */
export function isHubReference(text: string): boolean {
  return text.startsWith(SCHEME);
}

/**
 * The file that a reference names: `hf://datasets/OWNER/NAME[@REVISION]/PATH`, as huggingface_hub and DuckDB have it. In
 * a revision a slash is written %2F. Default: the branch main.
 * @throws RlvrError `bad_usage` when it has another form, or a part that is no name of a file.
 */
export function readHubReference(text: string): HubReference {
  const [, dataset, encoded = "main", path] = (text.length <= MAX_LENGTH && SHAPE.exec(text)) || [];
  const revision = decoded(encoded);
  if (
    dataset === undefined ||
    path === undefined ||
    revision === undefined ||
    ![dataset, revision, path].every(isInside) ||
    encodeURIComponent(revision).length > MAX_PART
  ) {
    throw new RlvrError("bad_usage", `${text.slice(0, 200)} names no file of a data set on the Hugging Face hub`, {
      advice: "Its form is hf://datasets/OWNER/NAME[@REVISION]/PATH/OF/FILE, with a commit as the best revision.",
    });
  }
  return { dataset, revision, path };
}

/** Whether a path with slashes stays below the folder that it is put into, and each part can name a file there. */
function isInside(path: string): boolean {
  // Backslashes separate folders on Windows; of control characters a file system refuses some, and a terminal obeys others.
  if (!path.isWellFormed() || /[\\\p{Cc}]/u.test(path)) return false;
  return path
    .split("/")
    .every((part) => part !== "" && part !== "." && part !== ".." && Buffer.byteLength(part) <= MAX_PART);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
