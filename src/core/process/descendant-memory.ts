import { execFileSync } from "node:child_process";

/** A process as `ps` lists it. */
export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  /** Bytes of memory that it has in use, shared pages included. */
  readonly bytes: number;
}

/** Bytes of memory that this process's children and all that they started have in use; undefined where `ps` does not say. */
export function descendantMemory(): number | undefined {
  try {
    return memoryBelow(
      process.pid,
      readProcessList(execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" })),
    );
  } catch {
    return undefined;
  }
}

/** The processes of `ps -o pid=,ppid=,rss=`, whose sizes are in KiB. Pure. */
export function readProcessList(text: string): ListedProcess[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [pid = 0, parent = 0, kibibytes = 0] = line.trim().split(/\s+/).map(Number);
      return { pid, parent, bytes: kibibytes * 1024 };
    });
}

/** The sum over all processes below one. Pure. */
export function memoryBelow(root: number, processes: readonly ListedProcess[]): number {
  const children = Map.groupBy(processes, ({ parent }) => parent);
  const below = (pid: number): number =>
    (children.get(pid) ?? []).reduce((sum, child) => sum + child.bytes + below(child.pid), 0);
  return below(root);
}
