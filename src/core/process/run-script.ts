import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { z } from "zod";

/** A program that reports its progress as JSON lines on standard output. */
export interface Script {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Kills it. */
  readonly signal: AbortSignal;
}

/** How a program ended. */
export interface ScriptEnd {
  /** Null where it did not start, or was killed. */
  readonly exitCode: number | null;
  /** Why it did not start; undefined where it did. */
  readonly failure: Error | undefined;
  /** The end of what it wrote to standard error. */
  readonly stderr: string;
}

/** Characters kept of standard error. */
const KEPT = 4000;

/**
 * Runs a program to its end.
 * @param onSaid told of each line that fits the schema; what a library printed in between is nothing.
 * @throws the signal's reason, once the program is gone.
 */
export async function runScript<T extends z.ZodType>(
  { file, args, env, signal }: Script,
  schema: T,
  onSaid: (said: z.output<T>) => void,
): Promise<ScriptEnd> {
  signal.throwIfAborted();
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], env, signal, killSignal: "SIGKILL" });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-KEPT)));
  createInterface(child.stdout).on("line", (line) => {
    const said = schema.safeParse(jsonOr(line));
    if (said.success) onSaid(said.data);
  });
  const failure = await new Promise<Error | undefined>((resolve) => {
    child.once("close", () => resolve(undefined));
    // One that was killed is waited for.
    child.on("error", (error) => child.pid === undefined && resolve(error));
  });
  signal.throwIfAborted();
  return { exitCode: failure === undefined ? child.exitCode : null, failure, stderr };
}

function jsonOr(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
