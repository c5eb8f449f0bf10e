import type { ChildProcess } from "node:child_process";
import { keyHider } from "../core/secrets/hide-key.ts";
import { openServerLog } from "./server-log.ts";

/** What is done with the output of a policy server's process. */
export interface OutputOptions {
  /** Key of the server, which is taken out of all that it writes. */
  readonly apiKey: string;
  /** File that its lines are appended to; see {@link openServerLog}. Default: none. */
  readonly log?: string | undefined;
  /** Told of each line. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** Characters of the output's end that are kept, and of a line before it is cut. */
const TAIL = 8000;
/** A key is shorter: one that a cut would halve stays in the part that waits for more. */
const LONGEST_KEY = 512;

/**
 * Reads standard output and standard error of a policy server: into its log, its line listener and memory.
 * @returns the end of what it wrote.
 * @throws RlvrError `unsafe_path` where another user may write to the log.
 */
export function keepOutput(child: ChildProcess, { apiKey, log, onLine }: OutputOptions): () => string {
  const key = keyHider(apiKey);
  const file = log === undefined ? undefined : openServerLog(log);
  let kept = "";
  const tell = (line: string): void => {
    kept = `${kept}${line}\n`.slice(-TAIL);
    file?.write(`${line}\n`);
    onLine?.(line);
  };
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) tell(key.hide(line));
      if (rest.length > TAIL) {
        const hidden = key.hide(rest);
        tell(hidden.slice(0, -LONGEST_KEY));
        rest = hidden.slice(-LONGEST_KEY);
      }
    });
    stream?.on("end", () => {
      if (rest !== "") tell(key.hide(rest));
    });
  }
  child.once("close", () => file?.close());
  // One that cannot be started has no end of its own.
  child.once("error", () => file?.close());
  return () => kept;
}

/** Where to read more, for an error's advice. */
export function logAdvice(log: string | undefined): string {
  return log === undefined ? "" : ` Its log is ${log}.`;
}
