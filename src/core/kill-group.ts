/**
 * Kills a process at once with all that it started, where it leads a process group of its own, and else by itself. One
 * that is gone already is no error.
 */
export function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, "SIGKILL");
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // macOS says EPERM of a group of which only what waits to be reaped is left.
      if (code !== "ESRCH" && code !== "EPERM") throw error;
    }
  }
}
