import { chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";

/** The number of a user who is neither root nor the one that runs the tests. */
export const OTHER = 65_534;

/** Whether the tests may act as other users. */
export const isRoot = process.geteuid?.() === 0;

/** Makes a folder as another user would. */
export function folderOfOther(path: string): void {
  mkdirSync(path);
  chownSync(path, OTHER, OTHER);
}

/** Writes a file as another user would. */
export function fileOfOther(path: string, content: string): void {
  writeFileSync(path, content);
  chownSync(path, OTHER, OTHER);
}

/** Makes a symbolic link as another user would. */
export function linkOfOther(target: string, path: string): void {
  symlinkSync(target, path);
  lchownSync(path, OTHER, OTHER);
}

/** Does something with the rights of another user. */
export function asOther<T>(work: () => T): T {
  const [user, group] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  process.setegid?.(OTHER);
  process.seteuid?.(OTHER);
  try {
    return work();
  } finally {
    process.seteuid?.(user);
    process.setegid?.(group);
  }
}
