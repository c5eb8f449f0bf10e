import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { killGroup } from "../../core/process/kill-group.ts";
import { packagePath } from "../../core/package-files.ts";
import { BridgeError, interpreterError } from "./bridge-error.ts";
import { startConversation } from "./conversation.ts";

/** Characters kept of the last that was written to stdout or stderr during a request. */
const OUTPUT_KEPT = 4000;
/** How long the last output may take to arrive once the process is gone. */
const LAST_WORDS_MS = 200;

/** A Python process that answers requests one after the other. */
export interface PythonProcess {
  /** Whether a further request can be answered. */
  isAlive(): boolean;
  /**
   * Sends a request and waits for its answer.
   * @throws BridgeError for an error in Python, an answer that is none, and when the process ends before.
   */
  request(message: object): Promise<unknown>;
  /** Ends it at once, with all processes that it started; requests under way fail for this reason. */
  end(reason: Error): void;
}

/**
 * Starts python/rlvr_bridge. It ends with this process, and does not keep it from ending.
 * @param environment its environment variables.
 * @param folder its working directory.
 */
export function startPythonProcess(
  interpreter: string,
  environment: NodeJS.ProcessEnv,
  folder?: string,
): PythonProcess {
  const child = spawn(interpreter, ["-u", packagePath("python/rlvr_bridge")], {
    cwd: folder,
    // A process group of its own: killed as a whole, and deaf to the terminal's Ctrl-C.
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    // Sets of strings in the same order every time, so that a run can be repeated.
    env: { PYTHONHASHSEED: "0", ...environment },
  });
  const [output, channel, lifeline] = child.stdio.slice(2) as [Socket, Socket, Socket];
  let exited = false;
  let lastOutput = "";

  const conversation = startConversation({
    send: (text) => void channel.write(text),
    onSettled: () => {
      if (!conversation.isWaiting()) for (const handle of [child, channel]) handle.unref();
    },
    onEnd: () => {
      if (!exited && child.pid !== undefined) killGroup(child.pid);
      // What left the group may still hold the other end, and write to it without end.
      for (const socket of [output, channel, lifeline]) socket.destroy();
    },
  });
  const { end } = conversation;

  output.setEncoding("utf8").on("data", (text: string) => (lastOutput = (lastOutput + text).slice(-OUTPUT_KEPT)));
  channel.setEncoding("utf8").on("data", conversation.take);
  // What cannot be sent to a process is settled by its end.
  channel.on("error", () => undefined);
  lifeline.on("error", () => undefined).resume();
  child.once("error", (error) => end(interpreterError(interpreter, error)));
  child.once("exit", (code, signal) => {
    exited = true;
    // What it left behind.
    if (conversation.isOpen() && child.pid !== undefined) killGroup(child.pid);
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const bury = (): void => {
      const words = lastOutput.trim();
      end(new BridgeError(`the Python process ended ${how}${words === "" ? "" : `:\n${words}`}`));
    };
    child.once("close", bury);
    setTimeout(bury, LAST_WORDS_MS);
  });
  for (const handle of [child, output, channel, lifeline]) handle.unref();

  return {
    isAlive: () => conversation.isOpen() && !exited,
    end,
    async request(message) {
      if (!conversation.isWaiting()) lastOutput = "";
      if (conversation.isOpen()) for (const handle of [child, channel]) handle.ref();
      return conversation.request(message);
    },
  };
}
