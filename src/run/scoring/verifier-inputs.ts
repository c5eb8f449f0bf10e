import { closeSync, openSync, readSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { RlvrError } from "../../core/errors.ts";

/** A file that a verifier's judgements depend on, as it was when it was read. */
export interface VerifierInputFile {
  readonly path: string;
  readonly sha256: string;
  /** By which a change is noticed without reading it again. */
  readonly stamp: string;
}

/** Bytes read at once. */
const CHUNK = 1 << 20;

/**
 * The files that a verifier names as its `inputs`, read once.
 * @throws RlvrError `missing_file` for one that is not there, or is no file.
 */
export function readInputs(verifier: string, paths: readonly string[]): VerifierInputFile[] {
  return paths.map((path) => {
    const stamp = stampOf(path);
    if (stamp === undefined) {
      throw new RlvrError(
        "missing_file",
        `there is no file ${path}, which the verifier ${verifier} has among its inputs`,
        {
          advice: "Correct verifiers.inputs: its paths start at the recipe's folder, and name files.",
        },
      );
    }
    return { path, sha256: hashOf(path), stamp };
  });
}

/**
 * Refuses to go on with a file that was changed since it was read: verdicts of two versions would be stored under one key.
 * @throws RlvrError `verifier_failed`.
 */
export function requireSameInputs(verifier: string, inputs: readonly VerifierInputFile[]): void {
  const changed = inputs.find(({ path, stamp }) => stampOf(path) !== stamp);
  if (changed === undefined) return;
  throw new RlvrError(
    "verifier_failed",
    `${changed.path}, an input of the verifier ${verifier}, was changed while it was in use`,
    { advice: "Undo the change, or go on with it as it is now: rlvr resume." },
  );
}

function stampOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats?.isFile() === true ? `${stats.ino} ${stats.size} ${stats.mtimeNs}` : undefined;
}

function hashOf(path: string): string {
  const [hash, chunk, file] = [createHash("sha256"), Buffer.alloc(CHUNK), openSync(path, "r")];
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) hash.update(chunk.subarray(0, read));
    return hash.digest("hex");
  } finally {
    closeSync(file);
  }
}
