import { createWriteStream, mkdirSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { RlvrError } from "../../core/errors.ts";
import { temporaryPath } from "../../core/files/files.ts";
import type { HubReference } from "../../core/hub-reference.ts";
import { contentHasher } from "../content-hash.ts";
import type { HubAddress } from "../hub-address.ts";
import { askedFile, type HubFile } from "./hub-file.ts";
import { refuseWithoutRoom } from "../room.ts";
import { hubBytes } from "../hub-request.ts";

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
  const asked = askedFile(reference);
  const encoded = [encodeURIComponent(revision), ...name.split("/").map(encodeURIComponent)].join("/");
  const request = { path: `/datasets/${dataset}/resolve/${encoded}`, maxBytes: file.bytes, ...asked };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  await refuseWithoutRoom(file.bytes, asked.what, dirname(path), "XDG_CACHE_HOME");
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
        `${asked.what} came damaged: ${bytes} bytes of ${file.bytes}, or others than announced`,
        {
          advice: `Try again. ${asked.otherWays}`,
          retryable: true,
        },
      );
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
