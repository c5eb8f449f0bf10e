import workerpool, { type Pool } from "workerpool";
import { modulePath } from "../../core/package-files.ts";
import { workerEnvironment } from "./worker-environment.ts";

/** How long a worker may take to end by itself once it is told to. */
const TERMINATE_MS = 200;

/**
 * Worker processes by the variables of the environment that their verifiers ask for: a module can read whatever its
 * process was given, so verifiers share a process only where they ask for the same.
 */
export interface WorkerSets {
  /**
   * The workers for verifiers that ask for these variables, whose values are those of this moment.
   * @throws RlvrError `bad_usage` for a variable that is not set.
   */
  workersFor(variables: readonly string[]): Pool;
  /** Ends all workers, also busy ones, and waits until they are gone. */
  close(): Promise<void>;
}

/** Workers that start when there is work. @param maxWorkers most processes of each set. */
export function createWorkerSets(maxWorkers: number): WorkerSets {
  const sets = new Map<string, Pool>();
  return {
    workersFor(variables) {
      const key = JSON.stringify([...new Set(variables)].sort());
      const known = sets.get(key);
      if (known !== undefined) return known;
      const workers = startWorkers(maxWorkers, workerEnvironment(variables, process.env));
      sets.set(key, workers);
      return workers;
    },
    async close() {
      await Promise.all([...sets.values()].map(endWorkers));
    },
  };
}

function startWorkers(maxWorkers: number, env: Record<string, string>): Pool {
  return workerpool.pool(modulePath("src/verifiers/pool/worker"), {
    workerType: "process",
    maxWorkers,
    workerTerminateTimeout: TERMINATE_MS,
    // Pipes their output to us, where it is dropped: stdout belongs to the orchestrator's own.
    emitStdStreams: true,
    // The memory guard caps the whole process; V8's own cap, some GiB at most, must not come before it.
    // Each leads a process group, with which what a verifier starts can be ended.
    forkOpts: { execArgv: ["--max-old-space-size=65536"], detached: true, env },
  });
}

async function endWorkers(workers: Pool): Promise<void> {
  await workers.terminate(true, 10 * TERMINATE_MS).catch((error: unknown) => {
    // Workerpool waits in vain for the end of a worker that died while idle. All others are gone by then.
    if (!(error instanceof workerpool.Promise.TimeoutError)) throw error;
  });
}
