import { downloadFile, pathsInfo } from "@huggingface/hub";
import { createHash, type Hash } from "node:crypto";
import { createWriteStream, mkdirSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { RlvrError, isRlvrError } from "../../core/errors.ts";
import { isPresent, temporaryPath } from "../../core/files.ts";
import { readHubReference, type HubReference } from "../../core/hub-reference.ts";
import { contentPath, hubCacheFolder, readRecord, writeRecord } from "./hub-cache.ts";
import { hubError, missing, OTHER_WAYS } from "./hub-error.ts";

/** How the hub is asked. */
export interface HubSettings {
  /** Default: `HF_ENDPOINT` of the environment, or https://huggingface.co. */
  readonly hubUrl?: string | undefined;
  /** Where files are kept. Default: {@link hubCacheFolder}. */
  readonly cacheFolder?: string | undefined;
  /** Told when the hub could not be asked, and what was fetched before is used. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/** How long the hub may take to say what a file is, in milliseconds. */
const ANSWER_MS = 30_000;
const COMMIT = /^[0-9a-f]{40}$/;

/** A file on the hub: its content's name, which is a hash of it, and its length in bytes. */
interface HubFile {
  readonly content: string;
  readonly bytes: number;
}

/**
 * The path of a file of a data set on the Hugging Face hub, fetched where it is not kept yet. Of a commit it is fetched
 * once; of a branch or a tag the hub is asked each time what it is now, and where it cannot be reached, what it was last
 * is used. A token is taken from `HF_TOKEN` of the environment alone.
 * @throws RlvrError `bad_usage` for no reference, `missing_file` for what the hub does not have, `hub_failed` for the rest:
 * offline, gated, a download that was cut off.
 */
export async function fetchHubFile(text: string, settings: HubSettings = {}): Promise<string> {
  const reference = readHubReference(text);
  const { cacheFolder = hubCacheFolder(), onNote = () => {} } = settings;
  const hubUrl = settings.hubUrl ?? process.env["HF_ENDPOINT"] ?? "https://huggingface.co";
  const kept = readRecord(cacheFolder, reference);
  const keptPath = kept && contentPath(cacheFolder, reference, kept.content);
  if (keptPath !== undefined && COMMIT.test(reference.revision)) return keptPath;
  try {
    const file = await askFor(reference, hubUrl);
    const path = contentPath(cacheFolder, reference, file.content);
    if (!isPresent(path)) await download(reference, file, path, hubUrl);
    writeRecord(cacheFolder, reference, { content: file.content, at: new Date().toISOString() });
    return path;
  } catch (error) {
    const told = isRlvrError(error) ? error : hubError(error, reference, hubUrl);
    if (kept === undefined || keptPath === undefined || !told.retryable) throw told;
    onNote(`${told.message}. Used instead: what it was on ${kept.at.slice(0, 10)}.`);
    return keptPath;
  }
}

async function askFor(reference: HubReference, hubUrl: string): Promise<HubFile> {
  const { dataset, revision, path } = reference;
  const [info] = await pathsInfo({
    ...access(dataset, hubUrl),
    revision,
    paths: [path],
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(ANSWER_MS) }),
  });
  if (info?.type !== "file") throw missing(`${path} in the data set ${dataset} (revision ${revision})`, hubUrl);
  const content = info.lfs?.oid ?? info.oid;
  if (content === undefined) throw new Error("it does not say what hash the file has");
  return { content, bytes: info.lfs?.size ?? info.size };
}

/** Fetches a file to its place, where it does not stand before it is whole and has the hash that it is named by. */
async function download(reference: HubReference, file: HubFile, path: string, hubUrl: string): Promise<void> {
  const { dataset, revision, path: file_path } = reference;
  const what = `${file_path} of the data set ${dataset}`;
  // The hub's other protocol asks more of it and gains nothing for files of megabytes.
  const blob = await downloadFile({ ...access(dataset, hubUrl), revision, path: file_path, xet: false });
  if (blob === null) throw missing(what, hubUrl);
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryPath(path);
  try {
    const hash = hashOf(file);
    let bytes = 0;
    const measured = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(blob.stream() as ReadableStream), measured, createWriteStream(temporary));
    if (bytes !== file.bytes || hash.digest("hex") !== file.content) {
      throw new RlvrError(
        "hub_failed",
        `${what} came damaged: ${bytes} bytes of ${file.bytes}, or others than announced`,
        {
          advice: `Try again. ${OTHER_WAYS}`,
          retryable: true,
        },
      );
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The hash that the hub names contents by: SHA-256 of large files (Git LFS), Git's own of small ones. */
function hashOf({ content, bytes }: HubFile): Hash {
  return content.length === 64 ? createHash("sha256") : createHash("sha1").update(`blob ${bytes}\0`);
}

function access(dataset: string, hubUrl: string) {
  const token = process.env["HF_TOKEN"] ?? "";
  if (token !== "" && !token.startsWith("hf_")) {
    throw new RlvrError("bad_usage", "HF_TOKEN holds no token of the Hugging Face hub", {
      advice: "Its tokens begin with hf_: set HF_TOKEN to one, or unset it.",
    });
  }
  return {
    repo: { type: "dataset" as const, name: dataset },
    hubUrl,
    ...(token !== "" && { accessToken: token }),
  };
}
