import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { temporaryPath } from "./files.ts";

/** A file that is written bit by bit and does not exist before it is whole. */
export interface GrowingFile {
  /** Appends a text. */
  write(text: string): Promise<void>;
  /** Brings the file to its name, over one that stands there, and tells what it holds. */
  finish(): Promise<{ readonly bytes: number; readonly sha256: string }>;
  /** Deletes what was written. */
  discard(): Promise<void>;
}

/** Begins a file under a temporary name beside its own. Rejects, then or when written to, as the file system does. */
export async function growFile(path: string): Promise<GrowingFile> {
  const temporary = temporaryPath(path);
  const handle = await open(temporary, "w");
  const hash = createHash("sha256");
  let bytes = 0;
  return {
    async write(text) {
      const chunk = Buffer.from(text);
      hash.update(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    },
    async finish() {
      await handle.sync();
      await handle.close();
      await rename(temporary, path);
      return { bytes, sha256: hash.digest("hex") };
    },
    async discard() {
      await handle.close();
      await rm(temporary, { force: true });
    },
  };
}
