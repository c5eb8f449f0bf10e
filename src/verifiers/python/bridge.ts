import { RlvrError } from "../../core/errors.ts";
import type { VerifierInput } from "../define-verifier.ts";
import { BridgeError, loadError } from "./bridge-error.ts";
import {
  loadedSchema,
  readResults,
  type BridgeLoaded,
  type BridgeResult,
  type BridgeTarget,
} from "./bridge-protocol.ts";
import { startPythonProcess, type PythonProcess } from "./python-process.ts";

/** How long a file may take to load: PyTorch and a reward model take their time. */
const LOAD_MS = 90_000;

/** Which process judges. */
export interface BridgeLaunch {
  readonly target: BridgeTarget;
  /** A name found on PATH, or an absolute path. */
  readonly interpreter: string;
  readonly memoryMb: number;
  /** Its working directory. Default: this process's own. */
  readonly folder?: string;
}

interface LoadedProcess {
  readonly process: PythonProcess;
  readonly loaded: Promise<BridgeLoaded>;
}

/** The processes of this process, by what they were launched for. */
const processes = new Map<string, LoadedProcess>();

function processFor(launch: BridgeLaunch): LoadedProcess {
  const key = JSON.stringify(launch);
  const running = processes.get(key);
  if (running?.process.isAlive() === true) return running;
  const child = startPythonProcess(launch.interpreter, environmentOf(launch), launch.folder);
  const started = { process: child, loaded: load(child, launch) };
  // Whoever asks awaits it; until then a failure must not count as unhandled.
  started.loaded.catch(() => {});
  processes.set(key, started);
  return started;
}

/** Variables that an interpreter needs; no other reaches a process that may run what an answer says. */
const HARMLESS = /^(?:PATH|HOME|LANG|LC_\w+|TMPDIR|LD_LIBRARY_PATH|VIRTUAL_ENV|PYTHON\w+)$/;

/** A person's own function gets what its worker has, with the variables that its entry asks for; a scorer does not. */
function environmentOf({ target }: BridgeLaunch): NodeJS.ProcessEnv {
  if (target.kind === "function") return process.env;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => HARMLESS.test(name)));
}

async function load(process: PythonProcess, { target, memoryMb }: BridgeLaunch): Promise<BridgeLoaded> {
  const late = new BridgeError(`it took longer than ${LOAD_MS / 1000} s`);
  const timer = setTimeout(() => process.end(late), LOAD_MS);
  try {
    return loadedSchema.parse(await process.request({ load: { target, memory_mb: memoryMb } }));
  } catch (error) {
    process.end(error as Error);
    throw error instanceof RlvrError ? error : loadError(target, error as Error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Starts the process of a launch unless it runs, and waits until it is ready to judge.
 * @throws RlvrError `missing_file` for an interpreter that is not there, `unknown_name` for a function or dataset that is
 * not, `verifier_failed` when it does not load.
 */
export async function prepareBridge(launch: BridgeLaunch): Promise<void> {
  await processFor(launch).loaded;
}

/** A text of what the process of a launch loaded, for {@link Verifier.fingerprint}. Throws like {@link prepareBridge}. */
export async function bridgeFingerprint(launch: BridgeLaunch): Promise<string> {
  return JSON.stringify((await processFor(launch).loaded).fingerprint);
}

/** For {@link Verifier.needs}. Throws like {@link prepareBridge}. */
export async function bridgeNeeds(launch: BridgeLaunch): Promise<readonly string[]> {
  return (await processFor(launch).loaded).needs;
}

/**
 * Judges responses in the process of a launch. An aborted signal ends the process, unless it is still loading: then the
 * next call finds it further on.
 * @param request as the target takes it, of these responses.
 * @throws BridgeError when Python raises or dies; what {@link prepareBridge} throws; the signal's reason.
 */
export async function judgeInPython(
  launch: BridgeLaunch,
  request: object,
  inputs: readonly VerifierInput[],
): Promise<readonly BridgeResult[]> {
  const [first] = inputs;
  if (first === undefined) return [];
  const { signal } = first;
  signal.throwIfAborted();
  const { process, loaded } = processFor(launch);
  await untilAborted(loaded, signal);
  try {
    const results = await untilAborted(process.request({ judge: request }), signal);
    return readResults(results, inputs.length);
  } catch (error) {
    if (signal.aborted) process.end(signal.reason as Error);
    // It may be left with too little memory for any other response.
    if (error instanceof BridgeError && error.reply?.out_of_memory === true) process.end(error);
    throw error;
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", abort));
}
