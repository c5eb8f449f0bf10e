import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { readIfPresent } from "../files/files.ts";
import { refuseUnsafeCode } from "../files/private-folder.ts";
import { examined, requirementsHash, type EnvironmentKind } from "./environment-kind.ts";

const record = z.object({
  /** {@link requirementsHash} when it was made. */
  requirements: z.string(),
  /** Which build of PyTorch was wanted. */
  wanted: z.enum(["cpu", "cuda"]),
  /** Which build it holds: where PyTorch's own index cannot be reached, one for the CPU may not be had. */
  build: examined.shape.build,
  versions: examined.shape.versions,
  /** Of its files. */
  bytes: z.number(),
});

/** What is known of a finished environment. */
export type EnvironmentRecord = z.infer<typeof record>;

/** The file that is written last: an environment without it was not finished. */
export function recordFile({ name }: EnvironmentKind, folder: string): string {
  return join(folder, `rlvr-${name}.json`);
}

/**
 * Where an environment lies unless told otherwise: in the user's data folder, by the hash of what it holds, so that an
 * upgrade makes a new one and runs of the old version keep theirs.
 */
export function defaultEnvironmentFolder(kind: EnvironmentKind, environment: NodeJS.ProcessEnv = process.env): string {
  // The XDG base directory specification: unset and empty mean the same.
  const data = environment["XDG_DATA_HOME"] || join(homedir(), ".local", "share");
  return join(data, "rlvr", kind.name, requirementsHash(kind).slice(0, 12));
}

/** The interpreter of an environment. */
export function interpreterOf(folder: string): string {
  return join(folder, "bin", "python");
}

/** What a finished environment of this version's requirements holds; undefined where there is none. */
export function readEnvironment(kind: EnvironmentKind, folder: string): EnvironmentRecord | undefined {
  const text = readIfPresent(recordFile(kind, folder))?.toString("utf8");
  if (text === undefined) return undefined;
  const found = record.safeParse(JSON.parse(text));
  return found.success && found.data.requirements === requirementsHash(kind) ? found.data : undefined;
}

/**
 * The interpreter of the environment in its default folder; undefined where none was made.
 * @throws RlvrError `unsafe_path` where another user may have put it there.
 */
export function defaultInterpreter(kind: EnvironmentKind): string | undefined {
  const folder = defaultEnvironmentFolder(kind);
  if (readEnvironment(kind, folder) === undefined) return undefined;
  refuseUnsafeCode(folder);
  return interpreterOf(folder);
}
