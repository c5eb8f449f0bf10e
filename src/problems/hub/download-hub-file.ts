import { createWriteStream, mkdirSync } from "node:fs";
import { rename, rm, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { RlvrError } from "../../core/errors.ts";
import { temporaryPath } from "../../core/files/files.ts";
import type { HubReference } from "../../core/hub-reference.ts";
import { contentHasher } from "./content-hash.ts";
import type { HubAddress } from "./hub-address.ts";
import { OTHER_WAYS } from "./hub-error.ts";
import { hubFileName, type HubFile } from "./hub-file.ts";
import { hubBytes } from "./hub-request.ts";

/**
 * Fetches a file to its place, where it does not stand before it is whole and has the hash that it is named by. No more
 * is taken than the hub announced, nor anything where the disk has not that much room.
 * @throws RlvrError like {@link hubBytes}; `hub_failed` when it came damaged, `disk_full` when there is no room for it.
 */
export async function downloadHubFile(
  address: HubAddress,
  reference: HubReference,
  file: HubFile,
  path: string,
): Promise<void> {
  const { dataset, revision, path: name } = reference;
  const what = hubFileName(reference);
  const encoded = [encodeURIComponent(revision), ...name.split("/").map(encodeURIComponent)].join("/");
  const request = { path: `/datasets/${dataset}/resolve/${encoded}`, maxBytes: file.bytes, what };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  await refuseWithoutRoom(file, what, dirname(path));
  const temporary = temporaryPath(path);
  try {
    const hash = contentHasher(file.content, file.bytes);
    let bytes = 0;
    const measured = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of hubBytes(address, request)) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    };
    await pipeline(measured, createWriteStream(temporary, { flags: "wx", mode: 0o600 }));
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

async function refuseWithoutRoom({ bytes }: HubFile, what: string, folder: string): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(folder);
  // Some network file systems do not say what they have.
  if (blocks === 0 || bytes <= bavail * bsize) return;
  const [needed, free] = [bytes, bavail * bsize].map((count) => `${(count / 1e9).toFixed(1)} GB`);
  throw new RlvrError("disk_full", `${what} has ${needed}, and the disk that holds ${folder} has ${free} left`, {
    advice: "Free some space, or name a folder for caches on another disk by XDG_CACHE_HOME.",
  });
}
