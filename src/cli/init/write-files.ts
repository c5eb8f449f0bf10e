import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RlvrError } from "../../core/errors.ts";
import { isPresent } from "../../core/files/files.ts";

/** Throws RlvrError `bad_usage` where something stands at a path: what a person wrote is never overwritten. */
export function requireNewFolder(folder: string): void {
  if (!isPresent(folder)) return;
  throw new RlvrError("bad_usage", `${folder} exists already`, { advice: "Choose the name of a new folder." });
}

/** Writes files into a new folder, and gives their names. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string[] {
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  return Object.keys(files);
}
