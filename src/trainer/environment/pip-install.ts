import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { RlvrError } from "../../core/errors.ts";
import { maskUrls } from "../../core/secrets/mask-urls.ts";

const OUTPUT_KEPT = 40;

/** What pip is doing. */
export interface PipProgress {
  /** Packages that it has looked up. */
  readonly packages: number;
  /** Such as `downloading torch-2.13.0-... (190.1 MB)`. */
  readonly doing: string;
}

/**
 * Installs a file of requirements, wheels alone: to build a package runs its code. pip gets this process's whole environment:
 * its settings, proxies, and the logins by which it reaches a private index.
 * @param options.extraIndex a further index to look in.
 * @throws RlvrError `trainer_failed` with pip's last words; the reason of the signal when that aborts.
 */
export async function pipInstall(options: {
  readonly python: string;
  readonly requirements: string;
  readonly extraIndex: string | undefined;
  readonly onProgress: (progress: PipProgress) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { python, requirements, extraIndex, onProgress, signal } = options;
  const index = extraIndex === undefined ? [] : ["--extra-index-url", extraIndex];
  const flags = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--only-binary", ":all:"];
  const child = spawn(python, ["-I", "-m", "pip", "install", ...flags, ...index, "--requirement", requirements], {
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  const last: string[] = [];
  let packages = 0;
  const hear = (written: string): void => {
    // An index may be named by a URL with a password in it.
    const line = maskUrls(written);
    last.push(line);
    if (last.length > OUTPUT_KEPT) last.shift();
    if (line.startsWith("Collecting ")) packages += 1;
    const doing = /^\s*((?:Collecting|Downloading|Installing) \S+(?: \([^)]*\))?)/.exec(line)?.[1];
    if (doing !== undefined) onProgress({ packages, doing: doing.charAt(0).toLowerCase() + doing.slice(1) });
  };
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", hear);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  if (code !== 0) throw pipFailed(last);
}

function pipFailed(last: readonly string[]): RlvrError {
  const text = last.join("\n").trim();
  const noSpace = /No space left|Errno 28/.test(text);
  const noNetwork = /Temporary failure in name resolution|Network is unreachable|Connection refused|timed out/i.test(
    text,
  );
  const reason = noSpace
    ? "Make room on that disk, or choose another: rlvr trainer setup --dir DIR."
    : noNetwork
      ? "Check the network, and pip's index and proxy settings (pip config list)."
      : "Mend what pip says and give the same command again; what was downloaded is kept in pip's cache.";
  return new RlvrError("trainer_failed", `pip could not install the trainer's packages:\n${text}`, { advice: reason });
}
