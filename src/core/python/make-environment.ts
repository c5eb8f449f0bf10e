import { execFile } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { RlvrError } from "../errors.ts";
import { isAlive } from "../process/is-alive.ts";
import { isPresent, readIfPresent, writeFileAtomic } from "../files/files.ts";
import { makePrivateFolder, refuseUnsafe } from "../files/private-folder.ts";
import { sizeOnDisk } from "../files/size-on-disk.ts";
import { interpreterOf, readEnvironment, recordFile, type EnvironmentRecord } from "./environment-folder.ts";
import { requirementsHash, type EnvironmentKind, type Examined, type WantedBuild } from "./environment-kind.ts";
import { examineEnvironment } from "./examine-environment.ts";
import { findPython } from "./find-python.ts";
import { pipInstall, pipUninstall } from "./pip.ts";

const run = promisify(execFile);

/** PyTorch's own index of builds without CUDA; on Linux those of PyPI bring several GB of it. */
const CPU_INDEX = "https://download.pytorch.org/whl/cpu";
const REACH_SECONDS = 5;
/** Share of the work that is done when all packages are looked up and downloaded. */
const DOWNLOADED = 0.8;

/** Holds the id of the process that makes an environment, until it is finished: what has it, is ours to delete. */
const makingFile = ({ name }: EnvironmentKind, folder: string): string => join(folder, `rlvr-${name}.making`);

/** What is being done, and how much of it is. */
export type EnvironmentProgress = (share: number, doing: string) => void;

/** An environment that works. */
export interface PythonEnvironment extends EnvironmentRecord {
  readonly folder: string;
  readonly python: string;
  /** Names of the GPUs that PyTorch can use. */
  readonly devices: readonly string[];
  /** False when it stood there already. */
  readonly made: boolean;
}

/**
 * Makes a Python environment, unless it stands there and works. One that another attempt did not finish is made anew. The
 * last file written is {@link recordFile}.
 * @param options.build undefined: CUDA where there is an NVIDIA driver, and whatever stands there is good.
 * @throws RlvrError `missing_file` without a fit Python, `bad_usage` for a folder with something else in it or that
 * another process works on, `unsafe_path` for another user's, the kind's code when pip fails or the build is not the wanted one.
 */
export async function makeEnvironment(options: {
  readonly kind: EnvironmentKind;
  readonly folder: string;
  readonly build: WantedBuild | undefined;
  readonly onProgress: EnvironmentProgress;
  readonly signal: AbortSignal;
}): Promise<PythonEnvironment> {
  const { kind, folder, build, onProgress, signal } = options;
  refuseUnsafe(folder);
  const python = interpreterOf(folder);
  const standing = readEnvironment(kind, folder);
  if (standing !== undefined && (build === undefined || standing.wanted === build)) {
    onProgress(0, "looking at what is there");
    const examined = await examineEnvironment(kind, python, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (examined !== undefined) return { ...standing, ...examined, folder, python, made: false };
  }
  const base = await findPython();
  claim(kind, folder);
  try {
    onProgress(0, "making the environment");
    await run(base, ["-I", "-m", "venv", folder], { signal });
    const wanted = build ?? ((await hasNvidiaDriver()) ? "cuda" : "cpu");
    const isIndexed = wanted === "cpu" && process.platform === "linux" && (await canReach(python, CPU_INDEX));
    await pipInstall({
      kind,
      python,
      requirements: kind.requirements[wanted],
      extraIndex: isIndexed ? CPU_INDEX : undefined,
      onProgress: ({ packages, doing }) =>
        onProgress(
          doing.startsWith("installing") ? DOWNLOADED : DOWNLOADED * Math.min(1, packages / kind.packages),
          doing,
        ),
      signal,
    });
    const without = kind.without[wanted];
    if (without.length > 0) await pipUninstall({ kind, python, packages: without, signal });
    onProgress(DOWNLOADED, "loading what was installed");
    const examined = await examineEnvironment(kind, python, signal);
    refuseOtherBuild(kind, build, examined);
    return { ...finish(kind, folder, wanted, examined), folder, python, devices: examined.devices, made: true };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Takes a folder for this process: empty, or what an earlier attempt left. */
function claim(kind: EnvironmentKind, folder: string): void {
  const making = makingFile(kind, folder);
  const maker = Number(readIfPresent(making)?.toString("utf8"));
  if (maker > 0 && maker !== process.pid && isAlive(maker)) throw beingMade(making, `process ${maker}`);
  const isOurs = isPresent(making) || isPresent(recordFile(kind, folder));
  if (!isOurs && isPresent(folder) && readdirSync(folder).length > 0) {
    throw new RlvrError("bad_usage", `${folder} holds something else than ${kind.title}`, {
      advice: "Name an empty folder, or one that is not there yet.",
    });
  }
  if (isOurs) rmSync(folder, { recursive: true, force: true });
  makePrivateFolder(folder);
  try {
    writeFileSync(making, String(process.pid), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw beingMade(making, "another process");
  }
}

function beingMade(making: string, who: string): RlvrError {
  return new RlvrError("bad_usage", `${who} is making the environment in ${dirname(making)}`, {
    advice: `Wait for it, or end it. If it is none of rlvr's, delete ${making}.`,
  });
}

function finish(
  kind: EnvironmentKind,
  folder: string,
  wanted: WantedBuild,
  { build, versions }: Examined,
): EnvironmentRecord {
  const record = { requirements: requirementsHash(kind), wanted, build, versions, bytes: sizeOnDisk([folder]) };
  writeFileAtomic(recordFile(kind, folder), `${JSON.stringify(record, undefined, 2)}\n`);
  rmSync(makingFile(kind, folder));
  return record;
}

function refuseOtherBuild(kind: EnvironmentKind, wanted: WantedBuild | undefined, { build, versions }: Examined): void {
  if (wanted !== "cuda" || build !== "cpu") return;
  throw new RlvrError(kind.failure, `the package index gave PyTorch ${versions["torch"]}, a build without CUDA`, {
    advice:
      "Name an index that has CUDA builds in PIP_INDEX_URL, such as https://download.pytorch.org/whl/cu130, or take --cpu.",
  });
}

async function hasNvidiaDriver(): Promise<boolean> {
  return run("nvidia-smi", ["-L"]).then(
    ({ stdout }) => stdout.includes("GPU"),
    () => false,
  );
}

/** Whether Python, with the proxies that pip too goes through, reaches an address. pip itself would try for minutes. */
async function canReach(python: string, url: string): Promise<boolean> {
  const script = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=float(sys.argv[2]))";
  return run(python, ["-I", "-c", script, `${url}/`, String(REACH_SECONDS)]).then(
    () => true,
    () => false,
  );
}
