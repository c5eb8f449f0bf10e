import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Whether there is a process with this id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until a process is gone; a test that waits in vain fails by its time limit. */
export async function waitForEnd(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(20);
}

/** Waits for the pids that a function notes in a file: its parent, itself, and what it started. */
export async function notedPids(path: string): Promise<number[]> {
  while (!existsSync(path)) await sleep(20);
  return readFileSync(path, "utf8").split(" ").map(Number);
}
