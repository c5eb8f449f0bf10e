import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../core/files/files.ts";
import { packagePath, packageVersion } from "../core/package-files.ts";

/** What the verdicts of every verifier depend on: these folders, without tests. */
const FOLDERS = ["src/verifiers", "src/core", "python/rlvr_bridge"];

let known: string | undefined;

/** Hash of this package's own source that judges, and of its version. Any change in it makes verdicts new ones. */
export function packageHash(): string {
  known ??= sha256([packageVersion(), ...FOLDERS.flatMap(hashesIn)].join("\n"));
  return known;
}

function hashesIn(folder: string): string[] {
  return readdirSync(packagePath(folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.(?:ts|js|py)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => sha256(readFileSync(path)));
}
