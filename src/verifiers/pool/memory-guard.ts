import { Worker } from "node:worker_threads";

/** Milliseconds between two looks: a loop that does nothing but allocate takes some hundred MiB in that time. */
const INTERVAL_MS = 50;

/**
 * Looks from a thread of its own, for the main thread may be what fills the memory. It counts all of the process's
 * memory: a cap on V8's heap would let through what lies outside of it, such as buffers.
 */
const WATCH = `
const { workerData } = require("node:worker_threads");
const { writeSync } = require("node:fs");
const limit = new Int32Array(workerData);
setInterval(() => {
  const cap = Atomics.load(limit, 0);
  const used = Math.round(process.memoryUsage.rss() / 1048576);
  if (cap === 0 || used <= cap) return;
  writeSync(2, "killed at " + used + " MiB of memory, over its cap of " + cap + " MiB\\n");
  // A worker leads a process group: what its verifier started goes with it.
  process.kill(-process.pid, "SIGKILL");
}, ${INTERVAL_MS});
`;

/** Kills this process when it takes more memory than it may. */
export interface MemoryGuard {
  /** Sets the cap, in MiB of resident memory. */
  setCap(memoryMb: number): void;
}

/** Starts the guard; there is no cap until one is set. About 40 ms and 10 MB. */
export function guardMemory(): MemoryGuard {
  const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const watch = new Worker(WATCH, {
    eval: true,
    workerData: shared,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  watch.unref();
  const limit = new Int32Array(shared);
  return { setCap: (memoryMb) => void Atomics.store(limit, 0, memoryMb) };
}
