import { chmodSync, createReadStream, lstatSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { cacheFolder } from "../../core/files/cache-folder.ts";
import { RlvrError, isRlvrError, messageOf } from "../../core/errors.ts";
import { readIfPresent, writeFileAtomic } from "../../core/files/files.ts";
import type { HubReference } from "../../core/hub-reference.ts";
import { makePrivateFolder } from "../../core/files/private-folder.ts";
import { contentHasher, contentSchema } from "../content-hash.ts";

const recordSchema = z.object({
  content: contentSchema,
  /** When the hub last said so, in ISO 8601. */
  at: z.iso.datetime(),
});

/** What the hub last said of a file. */
export type HubRecord = z.output<typeof recordSchema>;

/** Where files of the hub are kept: `$XDG_CACHE_HOME/rlvr/hub`, or `~/.cache/rlvr/hub`. */
export function hubCacheFolder(): string {
  return join(cacheFolder(), "hub");
}

/**
 * Makes the cache's folder, or closes the one that is there to other users.
 * @throws RlvrError `unsafe_path` when another user made it or may write to it, `bad_usage` when it cannot be made.
 */
export function openHubCache(folder: string): void {
  try {
    makePrivateFolder(folder);
    chmodSync(folder, 0o700);
  } catch (error) {
    if (isRlvrError(error)) throw error;
    throw new RlvrError("bad_usage", `files of the hub cannot be kept in ${folder}: ${messageOf(error)}`, {
      advice: "Name a folder for caches that you can write to by XDG_CACHE_HOME.",
      cause: error,
    });
  }
}

/** Where a content of a data set is kept, whatever the revisions that have it. Throws RlvrError `unsafe_path` for a link. */
export function contentPath(folder: string, { dataset }: HubReference, content: string): string {
  return cachePath(folder, ["datasets", ...dataset.split("/"), "contents", content]);
}

/**
 * The path of a content that is kept; undefined where there is none, or one that is not what its name says.
 * @throws RlvrError `unsafe_path` for a link.
 */
export async function keptContent(
  folder: string,
  reference: HubReference,
  content: string,
): Promise<string | undefined> {
  const path = contentPath(folder, reference, content);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const hash = contentHasher(content, found.size);
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex") === content ? path : undefined;
}

/** What the hub last said of a file at its revision; undefined where it was not asked yet, or the record is not valid. */
export function readRecord(folder: string, reference: HubReference): HubRecord | undefined {
  const text = readIfPresent(recordPath(folder, reference))?.toString("utf8");
  if (text === undefined) return undefined;
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Keeps what the hub said of a file. */
export function writeRecord(folder: string, reference: HubReference, record: HubRecord): void {
  const path = recordPath(folder, reference);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileAtomic(path, JSON.stringify(record));
}

function recordPath(folder: string, { dataset, revision, path }: HubReference): string {
  const names = ["datasets", ...dataset.split("/"), "revisions", encodeURIComponent(revision)];
  return cachePath(folder, [...names, ...`${path}.json`.split("/")]);
}

/** The path of a file in the cache, which no link leads out of. */
function cachePath(folder: string, names: readonly string[]): string {
  let path = folder;
  for (const [index, name] of names.entries()) {
    path = join(path, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    const [kind, isFit] = index < names.length - 1 ? ["folder", found?.isDirectory()] : ["file", found?.isFile()];
    if (isFit !== false) continue;
    throw new RlvrError("unsafe_path", `${path} is a link, or otherwise not the ${kind} that rlvr keeps there`, {
      advice: "Delete it: what belongs there is fetched again.",
    });
  }
  return path;
}
