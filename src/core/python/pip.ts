import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { RlvrError } from "../errors.ts";
import { maskUrls } from "../secrets/mask-urls.ts";
import type { EnvironmentKind } from "./environment-kind.ts";

const OUTPUT_KEPT = 40;
const FLAGS = ["--disable-pip-version-check", "--no-input"];

/** What pip is doing. */
export interface PipProgress {
  /** Packages that it has looked up. */
  readonly packages: number;
  /** Such as `downloading torch-2.13.0-... (190.1 MB)`. */
  readonly doing: string;
}

/** The environment that pip works on. */
interface PipTarget {
  readonly kind: Pick<EnvironmentKind, "title" | "command" | "failure">;
  readonly python: string;
  readonly signal: AbortSignal;
}

/**
 * Installs a file of requirements, wheels alone: to build a package runs its code. pip gets this process's whole environment:
 * its settings, proxies, and the logins by which it reaches a private index.
 * @param options.extraIndex a further index to look in.
 * @param options.alone a folder for these packages without those that they need, rather than the environment.
 * @throws RlvrError of the kind's code with pip's last words; the reason of the signal when that aborts.
 */
export async function pipInstall(
  options: PipTarget & {
    readonly requirements: string;
    readonly extraIndex: string | undefined;
    readonly alone?: string;
    readonly onProgress: (progress: PipProgress) => void;
  },
): Promise<void> {
  const { requirements, extraIndex, alone, onProgress } = options;
  const index = extraIndex === undefined ? [] : ["--extra-index-url", extraIndex];
  const place = alone === undefined ? [] : ["--no-deps", "--target", alone];
  const flags = ["--progress-bar", "off", "--only-binary", ":all:", ...place];
  let packages = 0;
  await pip(options, ["install", ...FLAGS, ...flags, ...index, "--requirement", requirements], (line) => {
    if (line.startsWith("Collecting ")) packages += 1;
    const doing = /^\s*((?:Collecting|Downloading|Installing) \S+(?: \([^)]*\))?)/.exec(line)?.[1];
    if (doing !== undefined) onProgress({ packages, doing: doing.charAt(0).toLowerCase() + doing.slice(1) });
  });
}

/**
 * Takes packages out of an environment.
 * @throws RlvrError like {@link pipInstall}.
 */
export async function pipUninstall(options: PipTarget & { readonly packages: readonly string[] }): Promise<void> {
  await pip(options, ["uninstall", ...FLAGS, "--yes", ...options.packages], () => undefined);
}

/** Runs pip and hands on its lines. */
async function pip(target: PipTarget, args: readonly string[], onLine: (line: string) => void): Promise<void> {
  const { python, signal } = target;
  const child = spawn(python, ["-I", "-m", "pip", ...args], { stdio: ["ignore", "pipe", "pipe"], signal });
  const last: string[] = [];
  const hear = (written: string): void => {
    // An index may be named by a URL with a password in it.
    const line = maskUrls(written);
    last.push(line);
    if (last.length > OUTPUT_KEPT) last.shift();
    onLine(line);
  };
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", hear);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  if (code !== 0) throw pipFailed(target, last);
}

function pipFailed({ kind: { title, command, failure } }: PipTarget, last: readonly string[]): RlvrError {
  const text = last.join("\n").trim();
  const noSpace = /No space left|Errno 28/.test(text);
  const noNetwork = /Temporary failure in name resolution|Network is unreachable|Connection refused|timed out/i.test(
    text,
  );
  const reason = noSpace
    ? `Make room on that disk, or choose another: ${command} --dir DIR.`
    : noNetwork
      ? "Check the network, and pip's index and proxy settings (pip config list)."
      : "Mend what pip says and give the same command again; what was downloaded is kept in pip's cache.";
  return new RlvrError(failure, `pip could not install the packages of ${title}:\n${text}`, { advice: reason });
}
