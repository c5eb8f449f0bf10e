/**
 * Kills a process group at once: the process that leads it, which was started detached, and all that it started. A group
 * of which nobody is left is no error. Never a process by its own number, which may be another's once it has ended.
 */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // macOS says EPERM of a group of which only what waits to be reaped is left.
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
