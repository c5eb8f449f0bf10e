import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { packagePath } from "../../src/core/package-files.ts";

/** How a process of the command line ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running process of the command line. */
export interface RlvrProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `rlvr` with arguments in a folder, as a person would. */
export function startRlvr(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly preload?: string;
    readonly onLine?: (line: string) => void;
  },
): RlvrProcess {
  const preload = options.preload === undefined ? [] : ["--import", options.preload];
  const child = spawn(process.execPath, [...preload, packagePath("src/cli/main.ts"), ...args], {
    cwd: options.cwd,
    env: { ...process.env, INIT_CWD: options.cwd, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let open = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    const lines = (open + text).split("\n");
    open = lines.pop() ?? "";
    for (const line of lines) options.onLine?.(line);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/**
 * Processes that were started, by whomever, below {@link startRlvr} in a folder: they stand in it, or their command names
 * it (Linux).
 */
export function processesIn(cwd: string): { readonly pid: number; readonly command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: commandOf(name) }))
    .filter(
      ({ pid, command }) => command.includes(`${cwd}/`) || `${folderOf(pid)}/`.startsWith(`${realpathSync(cwd)}/`),
    );
}

/** Child processes of a process (Linux). */
export function childrenOf(pid: number): { readonly pid: number; readonly command: string }[] {
  return procFile(String(pid), `task/${pid}/children`)
    .trim()
    .split(" ")
    .filter((name) => name !== "")
    .map((name) => ({ pid: Number(name), command: commandOf(name) }));
}

/** Where a process stands; empty when it is gone. */
function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

function commandOf(pid: string): string {
  return procFile(pid, "cmdline").replaceAll("\0", " ");
}

/** A file of a process, empty when the process is gone. */
function procFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
