import { isRlvrError, RlvrError } from "../../core/errors.ts";
import { readHubModel } from "../../core/hub-model.ts";
import { hubAddress } from "../hub-address.ts";
import { refuseWithoutRoom } from "../room.ts";
import { fetchBlob } from "./fetch-blob.ts";
import { askedModel, listModel } from "./list-model.ts";
import {
  isKept,
  isWholeSnapshot,
  knownCommit,
  linkFile,
  modelCacheFolder,
  openModelCache,
  snapshotPath,
  writeCommit,
} from "./model-cache.ts";
import { modelFiles } from "./model-files.ts";

/** How a model is fetched. */
export interface ModelSettings {
  /** Whether Python code of the model is fetched too. Default: no. */
  readonly withCode?: boolean;
  /** Default: `HF_ENDPOINT` of the environment, or https://huggingface.co. */
  readonly hubUrl?: string;
  /** Default: {@link modelCacheFolder}. */
  readonly cacheFolder?: string;
  /** Told when the hub could not be asked, and what was fetched before is used. */
  readonly onNote?: (text: string) => void;
  /** Told how many bytes of how many are there. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Files that are fetched at once. */
const AT_ONCE = 4;
const COMMIT = /^[0-9a-f]{40}$/;

/**
 * The directory of a model of the Hugging Face hub, in the cache that huggingface_hub uses too, fetched where it is not whole
 * there; a download that was cut off is gone on with. Of a branch or a tag the hub is asked what it is now, and where it
 * cannot be reached, or HF_HUB_OFFLINE is set, what it was last is used.
 * @param id `OWNER/NAME[@REVISION]`.
 * @throws RlvrError `bad_usage` for no id, or settings that cannot be used; `missing_file` for what the hub does not have;
 * `unsafe_path` for a cache that others may have written to; `disk_full`; `hub_failed` for the rest.
 */
export async function fetchModel(id: string, settings: ModelSettings = {}): Promise<string> {
  const { cacheFolder = modelCacheFolder(), onNote = () => {}, signal } = settings;
  const model = readHubModel(id);
  const folder = openModelCache(cacheFolder, model);
  const before = knownCommit(folder, model.revision);
  const kept = before === undefined ? undefined : snapshotPath(folder, before);
  const isKeptWhole = kept !== undefined && isWholeSnapshot(kept);
  const isOffline = isTrue(process.env["HF_HUB_OFFLINE"]);
  if (isKeptWhole && (isOffline || COMMIT.test(model.revision))) return kept;
  if (isOffline) throw offline(id, cacheFolder);
  try {
    return await fetchFiles(id, folder, settings);
  } catch (error) {
    signal?.throwIfAborted();
    if (!isKeptWhole || !isRlvrError(error) || !error.retryable) throw error;
    onNote(`${error.message}. Used instead: what ${id} was when it was last fetched, ${kept}.`);
    return kept;
  }
}

async function fetchFiles(id: string, folder: string, settings: ModelSettings): Promise<string> {
  const { withCode = false, hubUrl, onProgress = () => {}, signal } = settings;
  const model = readHubModel(id);
  const address = hubAddress(hubUrl);
  const { commit, files } = await listModel(address, model, signal);
  const wanted = modelFiles(files, withCode);
  const { what, otherWays } = askedModel(model);
  if (!wanted.some(({ path }) => path.endsWith(".safetensors"))) {
    throw new RlvrError("missing_file", `${what} has no weights as safetensors`, {
      advice: `Take another revision or model: other formats may run code when they are loaded. ${otherWays}`,
    });
  }
  const open = wanted.filter((file) => !isKept(folder, file));
  const total = open.reduce((sum, { bytes }) => sum + bytes, 0);
  await refuseWithoutRoom(total, what, folder, "HF_HOME");
  let done = 0;
  const failing = new AbortController();
  const until = AbortSignal.any([failing.signal, ...(signal === undefined ? [] : [signal])]);
  const waiting = [...open];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const onBytes = (count: number): void => onProgress((done += count), total);
      await fetchBlob({ address, model, commit, file, folder, onBytes, signal: until });
    }
  };
  // The first failure ends the others, which are waited for: nothing goes on behind the caller's back.
  await Promise.all(Array.from({ length: AT_ONCE }, () => work().catch((error: unknown) => failing.abort(error))));
  signal?.throwIfAborted();
  if (failing.signal.aborted) throw failing.signal.reason;
  for (const file of wanted) linkFile(folder, commit, file);
  writeCommit(folder, model.revision, commit);
  return snapshotPath(folder, commit);
}

function isTrue(value = ""): boolean {
  return /^(?:1|on|yes|true)$/i.test(value);
}

function offline(id: string, cacheFolder: string): RlvrError {
  const { what, otherWays } = askedModel(readHubModel(id));
  return new RlvrError("missing_file", `${what} is not whole in ${cacheFolder}, and HF_HUB_OFFLINE is set`, {
    advice: `Unset it to have the model fetched. ${otherWays}`,
  });
}
