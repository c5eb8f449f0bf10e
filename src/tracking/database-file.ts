import { statSync } from "node:fs";

/**
 * Remembers the file at a database's path, to be called once it is open: what is open goes on reading a file that was
 * deleted or replaced, and would show a database that is no more.
 * @returns tells whether the same file still stands there.
 */
export function rememberDatabaseFile(path: string): () => boolean {
  const then = statSync(path, { bigint: true });
  return () => {
    const now = statSync(path, { bigint: true, throwIfNoEntry: false });
    return now !== undefined && now.ino === then.ino && now.dev === then.dev;
  };
}
