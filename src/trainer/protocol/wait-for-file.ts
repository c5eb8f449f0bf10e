import { watch, type FSWatcher } from "node:fs";
import { dirname } from "node:path";
import { readRegularFile } from "../../core/files/read-file.ts";
import { MAX_MESSAGE, notOfProtocol } from "./json.ts";

const FIRST_INTERVAL_MS = 2;
const LONGEST_INTERVAL_MS = 50;

/**
 * Waits until a file stands at a path and returns its content; undefined once the signal aborts. Rejects with
 * `protocol_violation` for what is no regular file or longer than a message.
 * It looks every 2 ms, growing to 50 ms. Where the system reports changes of the folder it looks at once.
 */
export function waitForFile(path: string, signal: AbortSignal): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let interval = FIRST_INTERVAL_MS;
    let timer: NodeJS.Timeout | undefined;
    let watcher: FSWatcher | undefined;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      watcher?.close();
      signal.removeEventListener("abort", stop);
      settle();
    };
    const stop = (): void => finish(() => resolve(undefined));
    const look = (): boolean => {
      try {
        const content = readRegularFile(path, MAX_MESSAGE, (why, cause) => notOfProtocol(path, why, cause));
        if (content === undefined) return false;
        finish(() => resolve(content));
      } catch (error) {
        finish(() => reject(error));
      }
      return true;
    };
    const poll = (): void => {
      if (look()) return;
      interval = Math.min(interval * 1.5, LONGEST_INTERVAL_MS);
      timer = setTimeout(poll, interval);
    };
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    watcher = watchFolder(dirname(path), look);
    poll();
  });
}

/** Changes made by another machine on NFS are never reported and watches can run out: polling is what counts. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
