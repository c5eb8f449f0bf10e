import { isRlvrError } from "../../core/errors.ts";
import { readHubReference } from "../../core/hub-reference.ts";
import { downloadHubFile } from "./download-hub-file.ts";
import { hubAddress } from "../hub-address.ts";
import { contentPath, hubCacheFolder, keptContent, openHubCache, readRecord, writeRecord } from "./hub-cache.ts";
import { askHub } from "./hub-file.ts";

/** How the hub is asked. */
export interface HubSettings {
  /** Default: `HF_ENDPOINT` of the environment, or https://huggingface.co. */
  readonly hubUrl?: string | undefined;
  /** Where files are kept. Default: {@link hubCacheFolder}. */
  readonly cacheFolder?: string | undefined;
  /** Told when the hub could not be asked, and what was fetched before is used. */
  readonly onNote?: ((text: string) => void) | undefined;
}

const COMMIT = /^[0-9a-f]{40}$/;

/**
 * The path of a file of a data set on the Hugging Face hub, fetched where it is not kept yet. Of a commit it is fetched
 * once; of a branch or a tag the hub is asked each time what it is now, and where it cannot be reached, what it was last
 * is used.
 * @throws RlvrError `bad_usage` for no reference, or settings that cannot be used; `missing_file` for what the hub does not
 * have; `unsafe_path` for a cache that others may have written to; `disk_full`; `hub_failed` for the rest: offline, gated,
 * a download that was cut off.
 */
export async function fetchHubFile(text: string, settings: HubSettings = {}): Promise<string> {
  const reference = readHubReference(text);
  const address = hubAddress(settings.hubUrl);
  const { cacheFolder = hubCacheFolder(), onNote = () => {} } = settings;
  openHubCache(cacheFolder);
  const record = readRecord(cacheFolder, reference);
  const kept = record && (await keptContent(cacheFolder, reference, record.content));
  if (kept !== undefined && COMMIT.test(reference.revision)) return kept;
  try {
    const file = await askHub(address, reference);
    const path = contentPath(cacheFolder, reference, file.content);
    const isKept = path === kept || (await keptContent(cacheFolder, reference, file.content)) !== undefined;
    if (!isKept) await downloadHubFile(address, reference, file, path);
    writeRecord(cacheFolder, reference, { content: file.content, at: new Date().toISOString() });
    return path;
  } catch (error) {
    if (record === undefined || kept === undefined || !isRlvrError(error) || !error.retryable) throw error;
    onNote(`${error.message}. Used instead: what it was on ${record.at.slice(0, 10)}.`);
    return kept;
  }
}
