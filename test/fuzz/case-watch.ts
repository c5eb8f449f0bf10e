import { Worker } from "node:worker_threads";

/** Processor time that a case may take, in milliseconds: unlike time by the clock, what else runs does not count. */
const CASE_CPU_MS = 1000;
/** Time by the clock at which a case hangs, in milliseconds. */
const CASE_MS = 20_000;
/** Resident memory of the whole process, in MiB. */
const MEMORY_MB = 512;

/** Looks from a thread of its own: the case may be what holds the main thread. */
const WATCH = `
const { workerData: { shared, label, cpuMs, ms, memoryMb } } = require("node:worker_threads");
const { writeSync } = require("node:fs");
const cell = new Int32Array(shared);
let seen = 0, cpu = 0, since = 0;
const end = (why) => {
  writeSync(2, label + ", case " + cell[0] + ": " + why + "\\n");
  process.kill(process.pid, "SIGKILL");
};
setInterval(() => {
  if (process.memoryUsage.rss() > memoryMb * 1048576) end("took more than " + memoryMb + " MiB");
  const { user, system } = process.cpuUsage();
  const [nth, now] = [Atomics.load(cell, 0), performance.now()];
  if (Atomics.load(cell, 1) === 0 || nth !== seen) [seen, cpu, since] = [nth, user + system, now];
  else if ((user + system - cpu) / 1000 > cpuMs) end("took more than " + cpuMs + " ms of processor time");
  else if (now - since > ms) end("did not end within " + ms + " ms");
}, 20);
`;

/** Ends this process when a case takes too long or too much memory, and says which on standard error. */
export interface CaseWatch {
  begin(): void;
  end(): void;
  /** The longest case by the clock, in milliseconds. */
  longestMs(): number;
}

/** Watches the cases of this process. @param label begins what is said of a case. */
export function watchCases(label: string): CaseWatch {
  const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  const cell = new Int32Array(shared);
  const workerData = { shared, label, cpuMs: CASE_CPU_MS, ms: CASE_MS, memoryMb: MEMORY_MB };
  new Worker(WATCH, { eval: true, workerData }).unref();
  let [began, longest] = [0, 0];
  return {
    begin() {
      Atomics.add(cell, 0, 1);
      Atomics.store(cell, 1, 1);
      began = performance.now();
    },
    end() {
      Atomics.store(cell, 1, 0);
      longest = Math.max(longest, performance.now() - began);
    },
    longestMs: () => longest,
  };
}
