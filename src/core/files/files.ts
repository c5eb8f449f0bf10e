import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  type Dirent,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** Names of files that are still being written begin with this; whoever owns a folder may delete leftovers. */
const TEMPORARY_PREFIX = ".tmp-";

/** The sha256 of some bytes, in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Writes a small file so that it exists whole or not at all, also to a reader on another machine: to a temporary name,
 * then renamed. For messages between processes: a power cut, which ends those too, can lose the newest.
 */
export function writeFileAtomic(path: string, bytes: Uint8Array | string): void {
  const temporary = temporaryPath(path);
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
}

/** A file of a directory to write: its content, or the path of a finished file on the same disk that is the same. */
export type FileContent = Uint8Array | string | { readonly sameAs: string };

/**
 * Writes a directory of files so that it exists whole or not at all, also after a power cut: to a temporary name,
 * synced, renamed. One that already stands there is replaced: whoever writes it again writes the same, after a kill
 * between the rename and what should have followed.
 */
export function writeDirectoryAtomic(path: string, files: Readonly<Record<string, FileContent>>): void {
  const temporary = temporaryPath(path);
  mkdirSync(temporary, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === "string" || content instanceof Uint8Array) writeSynced(join(temporary, name), content);
    else linkOrCopy(content.sameAs, join(temporary, name));
  }
  syncDirectory(temporary);
  rmSync(path, { recursive: true, force: true });
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/**
 * Gives the files of a finished directory a second place on the same disk, whole or not at all: links, or copies where the file
 * system has none. Deleting either leaves the other.
 */
export function linkDirectory(from: string, to: string): void {
  const names = readdirSync(from, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  writeDirectoryAtomic(to, Object.fromEntries(names.map((name) => [name, { sameAs: join(from, name) }])));
}

/** Deletes what a killed writer left half-written below a folder, at any depth. */
export function removeTemporaries(root: string): void {
  for (const entry of entriesOf(root)) {
    const path = join(root, entry.name);
    if (entry.name.startsWith(TEMPORARY_PREFIX)) rmSync(path, { recursive: true, force: true });
    else if (entry.isDirectory()) removeTemporaries(path);
  }
}

/** The content of a file, or undefined when there is none. Other failures are thrown. */
export function readIfPresent(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether something stands at a path: nothing does at the end of a link to itself, or at a name that no file can have. */
export function isPresent(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ELOOP", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"].includes(code)) return false;
    throw error;
  }
}

/** What is in a folder; nothing when it is gone, as when another process tidies up there. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** A name beside a path's for what is still being written, to be renamed to it once whole. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `${TEMPORARY_PREFIX}${basename(path)}-${randomUUID()}`);
}

/** A second name for a file, or a copy of it where the file system has no such thing. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw error;
    writeSynced(to, readFileSync(from));
  }
}

function writeSynced(path: string, bytes: Uint8Array | string): void {
  const handle = openSync(path, "w");
  try {
    const content = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    for (let at = 0; at < content.length;) at += writeSync(handle, content, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function syncDirectory(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
