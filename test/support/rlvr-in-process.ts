import { Readable } from "node:stream";
import { runCommandLine } from "../../src/cli/program.ts";
import type { Ended } from "./rlvr-process.ts";

/** The end of the command line before: one at a time, since each has the process's output to itself. */
let before: Promise<unknown> = Promise.resolve();

interface InProcessOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  /** Whether a person types the input, and sees what is written to stderr. */
  readonly isTerminal?: boolean;
}

/**
 * Runs `rlvr` to its end in this process: for tests of what it prints, writes and exits with. What a process does beyond
 * that (signals, pipes, kills) needs startRlvr.
 */
export function rlvr(
  args: readonly string[],
  cwd: string = process.cwd(),
  options: InProcessOptions = {},
): Promise<Ended> {
  const ended = before.then(() => runHere(args, cwd, options));
  before = ended.catch(() => undefined);
  return ended;
}

async function runHere(
  args: readonly string[],
  cwd: string,
  { env = {}, stdin: input = "", isTerminal = false }: InProcessOptions,
): Promise<Ended> {
  const [folder, variables, exitCode] = [process.cwd(), { ...process.env }, process.exitCode];
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin") ?? {};
  Object.defineProperty(process, "stdin", {
    ...stdin,
    get: () => Object.assign(Readable.from([Buffer.from(input)]), { isTTY: isTerminal }),
  });
  const { isTTY } = process.stderr;
  if (isTerminal) process.stderr.isTTY = true;
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  Object.assign(process.env, { INIT_CWD: cwd, ...env });
  process.chdir(cwd);
  process.exitCode = 0;
  try {
    await runCommandLine(args);
    return { code: Number(process.exitCode), signal: null, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    for (const stream of [stdout, stderr]) stream.release();
    Object.defineProperty(process, "stdin", stdin);
    process.stderr.isTTY = isTTY;
    process.chdir(folder);
    process.env = variables;
    process.exitCode = exitCode;
  }
}

/** Keeps what is written to a stream from reaching it. */
function capture(stream: NodeJS.WriteStream): { text(): string; release(): void } {
  const { write } = stream;
  const written: string[] = [];
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    written.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
    const done = rest.find((each) => typeof each === "function") as ((error?: Error) => void) | undefined;
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  return { text: () => written.join(""), release: () => void (stream.write = write) };
}
