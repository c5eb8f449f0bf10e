import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { cacheFolder } from "../../core/cache-folder.ts";
import { isPresent, readIfPresent, writeFileAtomic } from "../../core/files.ts";
import type { HubReference } from "../../core/hub-reference.ts";

const recordSchema = z.object({
  /** The hub's name for the content: its SHA-256, or Git's SHA-1 where it is small. */
  content: z.string(),
  /** When the hub last said so, in ISO 8601. */
  at: z.string(),
});

/** What the hub last said of a file. */
export type HubRecord = z.output<typeof recordSchema>;

/** Where files of the hub are kept: `$XDG_CACHE_HOME/rlvr/hub`, or `~/.cache/rlvr/hub`. */
export function hubCacheFolder(): string {
  return join(cacheFolder(), "hub");
}

/** Where a content of a data set is kept, whatever the revisions that have it. */
export function contentPath(folder: string, { dataset }: HubReference, content: string): string {
  return join(folder, "datasets", dataset, "contents", content);
}

/** What the hub last said of a file at its revision, where that content is kept; else undefined. */
export function readRecord(folder: string, reference: HubReference): HubRecord | undefined {
  const bytes = readIfPresent(recordPath(folder, reference));
  if (bytes === undefined) return undefined;
  const record = recordSchema.parse(JSON.parse(bytes.toString("utf8")));
  return isPresent(contentPath(folder, reference, record.content)) ? record : undefined;
}

/** Keeps what the hub said of a file. */
export function writeRecord(folder: string, reference: HubReference, record: HubRecord): void {
  const path = recordPath(folder, reference);
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, JSON.stringify(record));
}

function recordPath(folder: string, { dataset, revision, path }: HubReference): string {
  return join(folder, "datasets", dataset, "revisions", encodeURIComponent(revision), `${path}.json`);
}
