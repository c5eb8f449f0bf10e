import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { isPresent, readIfPresent, temporaryPath, writeFileAtomic } from "../../core/files/files.ts";
import { makePrivateFolder } from "../../core/files/private-folder.ts";
import type { HubModel } from "../../core/hub-model.ts";
import { huggingFaceHome } from "../hugging-face-home.ts";
import { isWhole, type ListedFile } from "./model-files.ts";

/**
 * The hub's own cache of models, as huggingface_hub keeps it
 * (https://huggingface.co/docs/hub/local-cache): what one of them fetched, the other finds.
 */

/** Where it is: `HF_HUB_CACHE`, `$HF_HOME/hub`, `$XDG_CACHE_HOME/huggingface/hub` or `~/.cache/huggingface/hub`. */
export function modelCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { HF_HUB_CACHE: cache = "" } = environment;
  return cache === "" ? join(huggingFaceHome(environment), "hub") : cache;
}

/**
 * The folder of a model in a cache, made where it is not there.
 * @throws RlvrError `unsafe_path` where another user made one of them, or may write to it.
 */
export function openModelCache(cache: string, { name }: HubModel): string {
  makePrivateFolder(cache);
  const folder = join(cache, `models--${name.replace("/", "--")}`);
  for (const part of ["", "blobs", "refs", "snapshots"]) makePrivateFolder(join(folder, part));
  return folder;
}

/** The path of a content in a model's folder. */
export function blobPath(folder: string, content: string): string {
  return join(folder, "blobs", content);
}

/** The snapshot of a commit in a model's folder. */
export function snapshotPath(folder: string, commit: string): string {
  return join(folder, "snapshots", commit);
}

const COMMIT = /^[0-9a-f]{40}$/;

/** The commit that a revision is, or was when the hub was last asked; undefined where that is not known. */
export function knownCommit(folder: string, revision: string): string | undefined {
  if (COMMIT.test(revision)) return revision;
  const text = readIfPresent(join(folder, "refs", revision))
    ?.toString("utf8")
    .trim();
  return text !== undefined && COMMIT.test(text) ? text : undefined;
}

/** Keeps which commit a revision is. */
export function writeCommit(folder: string, revision: string, commit: string): void {
  if (COMMIT.test(revision)) return;
  const path = join(folder, "refs", revision);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileAtomic(path, commit);
}

/** Whether a content is kept. Its hash was checked when it came. */
export function isKept(folder: string, { content, bytes }: ListedFile): boolean {
  const found = lstatSync(blobPath(folder, content), { throwIfNoEntry: false });
  return found?.isFile() === true && found.size === bytes;
}

/** Puts a file into a snapshot: a link to its content. */
export function linkFile(folder: string, commit: string, { path, content }: ListedFile): void {
  const snapshot = snapshotPath(folder, commit);
  const link = join(snapshot, path);
  mkdirSync(dirname(link), { recursive: true, mode: 0o700 });
  const target = relative(dirname(link), blobPath(folder, content));
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() && readlinkSync(link) === target) return;
  const temporary = temporaryPath(link);
  symlinkSync(target, temporary);
  renameSync(temporary, link);
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Whether a snapshot has the files that a model is loaded from. */
export function isWholeSnapshot(snapshot: string): boolean {
  if (!isPresent(snapshot)) return false;
  const names = readdirSync(snapshot).filter((name) => isPresent(join(snapshot, name)));
  if (!names.includes("model.safetensors.index.json")) return isWhole(names, undefined);
  try {
    const index = indexSchema.parse(JSON.parse(readFileSync(join(snapshot, "model.safetensors.index.json"), "utf8")));
    return isWhole(names, [...new Set(Object.values(index.weight_map))]);
  } catch {
    return false;
  }
}
