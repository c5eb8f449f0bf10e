import { createReadStream, createWriteStream, rmSync, writeFileSync } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { pipeline } from "node:stream/promises";
import { RlvrError } from "../../core/errors.ts";
import { isAlive } from "../../core/process/is-alive.ts";
import { readIfPresent } from "../../core/files/files.ts";
import type { HubModel } from "../../core/hub-model.ts";
import { contentHasher } from "../content-hash.ts";
import type { HubAddress } from "../hub-address.ts";
import type { Asked } from "../hub-error.ts";
import { hubBytes } from "../hub-request.ts";
import { askedModel } from "./list-model.ts";
import { blobPath, isKept } from "./model-cache.ts";
import type { ListedFile } from "./model-files.ts";

/** How often one looks whether another process is done with a file, in milliseconds. */
const LOOK_MS = 500;
/** Locks that this process has. */
const held = new Set<string>();

/** What is fetched, and where it belongs. */
export interface BlobRequest {
  readonly address: HubAddress;
  readonly model: HubModel;
  readonly commit: string;
  readonly file: ListedFile;
  /** The model's folder in the cache. */
  readonly folder: string;
  /** Told of bytes of the file that came, or that had come before. */
  readonly onBytes: (count: number) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fetches a file's content to its place in the cache, where it does not stand before it is whole and has the hash that it
 * is named by. One that was cut off is gone on with. Of several processes one fetches it, the others wait.
 * @throws RlvrError like {@link hubBytes}; `hub_failed` when it came damaged.
 */
export async function fetchBlob(request: BlobRequest): Promise<void> {
  const { folder, file, signal } = request;
  const path = blobPath(folder, file.content);
  const lock = `${path}.rlvr-lock`;
  while (!claim(lock)) await sleep(LOOK_MS, undefined, { signal });
  try {
    if (isKept(folder, file)) return request.onBytes(file.bytes);
    const part = `${path}.rlvr-part`;
    // A beginning from before may be damaged: then it is fetched from its start.
    if (!(await fetchPart(request, part)) && !(await fetchPart(request, part))) throw damaged(request);
    await rename(`${path}.rlvr-part`, path);
  } finally {
    held.delete(lock);
    rmSync(lock, { force: true });
  }
}

/** Fetches what is missing of a file; false when it is not the announced one, which is then deleted. */
async function fetchPart(request: BlobRequest, part: string): Promise<boolean> {
  const { address, model, commit, file, onBytes, signal } = request;
  const hash = contentHasher(file.content, file.bytes);
  let bytes = 0;
  const take = (chunk: Uint8Array): void => {
    hash.update(chunk);
    bytes += chunk.length;
    onBytes(chunk.length);
  };
  const before = await sizeOf(part);
  if (before > file.bytes) rmSync(part);
  else for await (const chunk of before > 0 ? createReadStream(part) : []) take(chunk as Uint8Array);
  if (bytes < file.bytes) {
    const name = `/${model.name}/resolve/${commit}/${file.path.split("/").map(encodeURIComponent).join("/")}`;
    const wanted = { path: name, from: bytes, maxBytes: file.bytes, signal, ...askedFile(request) };
    const measured = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of hubBytes(address, wanted)) {
        take(chunk);
        yield chunk;
      }
    };
    await pipeline(measured, createWriteStream(part, { flags: "a", mode: 0o600 }));
  }
  if (bytes === file.bytes && hash.digest("hex") === file.content) return true;
  // What is cut off is gone on with next time.
  if (bytes < file.bytes) throw damaged(request);
  rmSync(part, { force: true });
  onBytes(-bytes);
  return false;
}

function askedFile({ model, file }: BlobRequest): Asked {
  const { what, otherWays } = askedModel(model);
  return { what: `${file.path} of ${what}`, otherWays };
}

function damaged(request: BlobRequest): RlvrError {
  const { what, otherWays } = askedFile(request);
  return new RlvrError("hub_failed", `${what} came damaged: it has not the length or the hash that was announced`, {
    advice: `Try again. ${otherWays}`,
    retryable: true,
  });
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Takes a lock; false while another fetch of this process, or another process that lives, has it. */
function claim(lock: string): boolean {
  if (held.has(lock)) return false;
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx", mode: 0o600 });
    held.add(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const owner = Number(readIfPresent(lock)?.toString("utf8") ?? "");
  if (owner > 0 && owner !== process.pid && isAlive(owner)) return false;
  rmSync(lock, { force: true });
  return claim(lock);
}
