import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import { makePrivateFile } from "../core/files/private-file.ts";

/** A file that a policy server's output goes to. */
export interface ServerLog {
  /** Appends a text. Writes nothing more once the disk refuses it: a log must not end a run. */
  write(text: string): void;
  close(): void;
}

/** Most bytes of a log before it begins anew; the one before is kept beside it, as `FILE.old`. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Opens the log of a policy server for this user alone (mode 0600) and marks the start. Later starts append to it.
 * @throws RlvrError `unsafe_path` where another user made it, or may write to it.
 */
export function openServerLog(path: string, mostBytes = MOST_BYTES): ServerLog {
  const open = (): number => openSync(makePrivateFile(path), "a");
  let file: number | undefined = open();
  let size = fstatSync(file).size;
  const close = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  const write = (text: string): void => {
    if (file === undefined) return;
    const bytes = Buffer.from(text);
    try {
      if (size > 0 && size + bytes.length > mostBytes) {
        close();
        renameSync(path, `${path}.old`);
        file = open();
        size = 0;
      }
      writeSync(file, bytes);
      size += bytes.length;
    } catch {
      close();
    }
  };
  write(`--- ${new Date().toISOString()} the policy server is started\n`);
  return { write, close };
}
