import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Bytes of the files below folders; one that has several names counts once. A folder that is gone has none. */
export function sizeOnDisk(folders: readonly string[]): number {
  const sizes = new Map<string, number>();
  const visit = (path: string): void => {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined) return;
    if (entry.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
    else sizes.set(`${entry.dev}:${entry.ino}`, entry.size);
  };
  folders.forEach(visit);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
