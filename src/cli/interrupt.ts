/** How a run learns that a person wants it to end. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

/**
 * The first Ctrl-C (or SIGTERM) aborts the signal, so that a run ends tidily; the second ends the process at once,
 * with exit code 130. Children end with their parent's IPC channel.
 * @param tell told what a person should know at the first.
 */
export function listenForInterrupt(tell: (text: string) => void = tellOnStderr): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    tell("Ending tidily; press Ctrl-C again to stop at once.");
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    release() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

function tellOnStderr(text: string): void {
  process.stderr.write(`\n${text}\n`);
}
