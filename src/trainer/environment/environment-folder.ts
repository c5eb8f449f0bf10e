import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { readIfPresent, sha256 } from "../../core/files/files.ts";
import { packagePath } from "../../core/package-files.ts";

/** What the PyTorch trainer needs, each package at one version. */
export const REQUIREMENTS = packagePath("python/requirements-trainer.txt");

/** The file that is written last: an environment without it was not finished. */
export const RECORD = "rlvr-trainer.json";

const record = z.object({
  /** sha256 of the requirements that it was made of. */
  requirements: z.string(),
  /** Which build of PyTorch was wanted. */
  wanted: z.enum(["cpu", "cuda"]),
  /** Which build it holds: where PyTorch's own index cannot be reached, one for the CPU may not be had. */
  build: z.enum(["cpu", "cuda", "rocm"]),
  /** Of the interpreter, PyTorch and the libraries around it, by name. */
  versions: z.record(z.string(), z.string()),
  bytes: z.number(),
});

/** What is known of a finished environment. */
export type EnvironmentRecord = z.infer<typeof record>;

/** sha256 of the requirements of this version of rlvr. */
export function requirementsHash(): string {
  return sha256(readFileSync(REQUIREMENTS));
}

/**
 * Where the trainer's Python environment lies unless told otherwise: in the user's data folder, by the hash of what it
 * holds, so that an upgrade makes a new one and runs of the old version keep theirs.
 */
export function defaultEnvironmentFolder(environment: NodeJS.ProcessEnv = process.env): string {
  // The XDG base directory specification: unset and empty mean the same.
  const data = environment["XDG_DATA_HOME"] || join(homedir(), ".local", "share");
  return join(data, "rlvr", "trainer", requirementsHash().slice(0, 12));
}

/** The interpreter of an environment. */
export function interpreterOf(folder: string): string {
  return join(folder, "bin", "python");
}

/** What a finished environment of this version's requirements holds; undefined where there is none. */
export function readEnvironment(folder: string): EnvironmentRecord | undefined {
  const text = readIfPresent(join(folder, RECORD))?.toString("utf8");
  if (text === undefined) return undefined;
  const found = record.safeParse(JSON.parse(text));
  return found.success && found.data.requirements === requirementsHash() ? found.data : undefined;
}
