import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRlvrError, messageOf, RlvrError } from "../errors.ts";

/** Codes of Node.js and SQLite for a disk, or a quota on it, that has no room left. */
const FULL: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "SQLITE_FULL"]);

/**
 * An error that a full disk caused, at whatever depth of its causes, as one sentence; any other as it is.
 * @param advice what to do once there is room again.
 */
export function orDiskFull(error: unknown, advice: string): unknown {
  if (isRlvrError(error) && error.code === "disk_full") return error;
  const full = causesOf(error).find(({ code }) => FULL.has(code));
  if (full === undefined) return error;
  const path = full.path ?? full.dest;
  const what = path === undefined ? "a disk is full" : `the disk that holds ${path} is full`;
  return new RlvrError("disk_full", `${what} (${messageOf(full)})`, { advice, cause: error });
}

/** Bytes that a disk must take: the least that it hands out. */
const PROBE_BYTES = 4096;

/**
 * The error of a disk that is full, found by writing a small file into a directory on it; undefined where that goes well, or
 * fails for another reason.
 * @param advice what to do once there is room again.
 */
export function diskFullAt(directory: string, advice: string): RlvrError | undefined {
  const path = join(directory, "room");
  try {
    writeFileSync(path, new Uint8Array(PROBE_BYTES));
    return undefined;
  } catch (thrown) {
    // Of a failed write the system does not say where.
    const error = orDiskFull(Object.assign(thrown as Error, { path: directory }), advice);
    return isRlvrError(error) ? error : undefined;
  } finally {
    rmSync(path, { force: true });
  }
}

interface SystemError extends Error {
  readonly code?: string;
  readonly path?: string;
  readonly dest?: string;
}

function causesOf(error: unknown): SystemError[] {
  const causes: SystemError[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 10; cause = cause.cause) causes.push(cause);
  return causes;
}
