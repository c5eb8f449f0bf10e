import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, RlvrError } from "../../core/errors.ts";
import { isPresent, sha256 } from "../../core/files/files.ts";
import { openRegularFile, readRegularFile } from "../../core/files/read-file.ts";
import { readJsonFile } from "../../core/files/read-json.ts";
import type { z } from "zod";
import { MAX_MANIFEST, notOfProtocol, readProtocolFile } from "./json.ts";

const MANIFEST = "manifest.json";
const REREAD_INTERVAL_MS = 500;
/** Longest file that is read whole, in bytes: as much as Node reads at once. */
const MAX_FILE = 2 ** 31 - 1;

/** The content of a directory with a manifest. */
export interface VerifiedDirectory<Manifest> {
  readonly manifest: Manifest;
  /** Bytes of each file that the manifest lists, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** sha256 of each file, as manifests list it. */
export function hashFiles(files: Readonly<Record<string, Uint8Array>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
}

/** One hash for several files: the sha256 over their sorted `name:hash` lines. */
export function combinedHash(hashes: Readonly<Record<string, string>>): string {
  const lines = Object.entries(hashes).map(([name, hash]) => `${name}:${hash}`);
  return sha256(lines.sort().join("\n"));
}

/**
 * Reads a directory of the protocol and checks the hash of every file. A file that does not match is read again until
 * `rereadSeconds` have passed: on NFS another machine's rename can be seen before its data.
 * @throws RlvrError `missing_file` without a manifest, `bad_checkpoint` when a file is missing or its hash differs.
 */
export async function readVerified<T extends z.ZodType<{ files: Record<string, string> }>>(
  directory: string,
  schema: T,
  rereadSeconds: number,
): Promise<VerifiedDirectory<z.output<T>>> {
  const path = join(directory, MANIFEST);
  const manifest = readProtocolFile(schema, path, MAX_MANIFEST);
  if (manifest === undefined) {
    throw new RlvrError("missing_file", `${directory} has no ${MANIFEST}, so it counts as not written`, {
      advice: "Check the path; a directory without a manifest was being written when its writer died.",
    });
  }
  const deadline = performance.now() + rereadSeconds * 1000;
  for (;;) {
    const files = new Map<string, Uint8Array>();
    const wrong = Object.entries(manifest.files).find(([name, hash]) => {
      const file = join(directory, name);
      const bytes = readRegularFile(file, MAX_FILE, (why, cause) => notOfProtocol(file, why, cause));
      if (bytes === undefined || sha256(bytes) !== hash) return true;
      files.set(name, bytes);
      return false;
    });
    if (wrong === undefined) return { manifest, files };
    if (performance.now() >= deadline) {
      throw new RlvrError("bad_checkpoint", `${join(directory, wrong[0])} does not match the sha256 in its manifest`, {
        advice:
          "The file was damaged or cut short after it was written. Use another one, such as the checkpoint before.",
      });
    }
    await sleep(REREAD_INTERVAL_MS);
  }
}

/**
 * What is wrong with a directory of the protocol: no manifest, or a file whose hash differs. Files are streamed, so those of
 * a large model too. Undefined when it is whole.
 * @param expected what else the manifest must say; gives what is wrong with it.
 */
export async function directoryFault<T extends z.ZodType<{ files: Record<string, string> }>>(
  directory: string,
  schema: T,
  expected: (manifest: z.output<T>) => string | undefined = () => undefined,
): Promise<string | undefined> {
  const found = manifestOrFault(directory, schema, expected);
  if ("fault" in found) return found.fault;
  try {
    for (const [name, hash] of Object.entries(found.manifest.files)) {
      const path = join(directory, name);
      const actual = await hashOfFile(path);
      if (actual === undefined) return `it has no ${name}`;
      if (actual !== hash) return `${name} is not what its manifest says`;
    }
  } catch (error) {
    // Such as a bad sector of the disk.
    return messageOf(error);
  }
  return undefined;
}

/** The same by the manifest alone, which costs no more for a large model. */
export function manifestFault<T extends z.ZodType<{ files: Record<string, string> }>>(
  directory: string,
  schema: T,
  expected: (manifest: z.output<T>) => string | undefined,
): string | undefined {
  const found = manifestOrFault(directory, schema, expected);
  return "fault" in found ? found.fault : undefined;
}

function manifestOrFault<T extends z.ZodType<{ files: Record<string, string> }>>(
  directory: string,
  schema: T,
  expected: (manifest: z.output<T>) => string | undefined,
): { readonly manifest: z.output<T> } | { readonly fault: string } {
  try {
    const manifest = readJsonFile(join(directory, MANIFEST), schema, MAX_MANIFEST, (why, cause) =>
      notOfProtocol(MANIFEST, why, cause),
    );
    if (manifest === undefined) return { fault: isPresent(directory) ? `it has no ${MANIFEST}` : "it is gone" };
    const fault = expected(manifest);
    return fault === undefined ? { manifest } : { fault };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}

/** Undefined where there is no file. */
async function hashOfFile(path: string): Promise<string | undefined> {
  const file = await openRegularFile(path, (why, cause) => notOfProtocol(path, why, cause));
  if (file === undefined) return undefined;
  const hash = createHash("sha256");
  for await (const part of file.createReadStream()) hash.update(part as Buffer);
  return hash.digest("hex");
}

/**
 * The bytes of a file that a verified directory must have.
 * @throws RlvrError `protocol_violation` when its manifest does not list it.
 */
export function fileOf(directory: VerifiedDirectory<unknown>, name: string, label: string): Uint8Array {
  const bytes = directory.files.get(name);
  if (bytes !== undefined) return bytes;
  throw new RlvrError("protocol_violation", `the manifest of ${label} lists no ${name}`, {
    advice: "It was written by something that does not speak trainer protocol 1.",
  });
}
