import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Bytes of the files below folders; one that has several names counts once. What is gone, also meanwhile, has none. */
export function sizeOnDisk(folders: readonly string[]): number {
  const sizes = new Map<string, number>();
  const visit = (path: string): void => {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined) return;
    if (entry.isDirectory()) for (const name of namesIn(path)) visit(join(path, name));
    else sizes.set(`${entry.dev}:${entry.ino}`, entry.size);
  };
  folders.forEach(visit);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
