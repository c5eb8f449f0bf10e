let isClosed = false;

/**
 * What to do when whoever read our output has gone, as with `| head`: a command that listens for SIGTERM, such as a run,
 * ends as tidily as it does then; any other just ends.
 */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  if (isClosed) return;
  isClosed = true;
  if (process.listenerCount("SIGTERM") === 0) process.exit(0);
  process.emit("SIGTERM");
});

/** Writes to stdout and waits until the text is on its way, so that a slow reader slows the writer down. */
export function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error == null || (error as NodeJS.ErrnoException).code === "EPIPE") resolve();
      else reject(error);
    });
  });
}
