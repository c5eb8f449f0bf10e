import { Command } from "commander";
import { spawnSync } from "node:child_process";
import { listSupportedBackends } from "../../core/process/onnx-runtime.ts";
import { statfsSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { isPresent } from "../../core/files/files.ts";
import { nearestFolder } from "../../core/files/nearest-folder.ts";
import { packagePath, packageVersion } from "../../core/package-files.ts";
import { defaultEnvironmentFolder, readEnvironment } from "../../core/python/environment-folder.ts";
import type { EnvironmentKind } from "../../core/python/environment-kind.ts";
import { graphicsAdapters } from "../../core/process/graphics-adapters.ts";
import { connectServer } from "../../policy/server-connection.ts";
import { probeServer } from "../../policy/server-offers.ts";
import { offerChecks } from "../../policy/vllm/offer-checks.ts";
import { VLLM_ENVIRONMENT } from "../../policy/vllm/vllm-environment.ts";
import { networkFileSystemName } from "../../tracking/file-system.ts";
import { TRAINER_ENVIRONMENT } from "../../trainer/trainer-environment.ts";
import { asStarted } from "../command-name.ts";
import { databaseOption, jsonOption } from "../common-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { apiKeyOption, keyNamed, serverRootOf } from "../server-options.ts";
import { table } from "../table.ts";
import { userPath } from "../user-path.ts";

/** One thing that was looked at. */
interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Whether it is only good to have. */
  readonly isOptional?: boolean;
  readonly found: string;
  /** What to do when it is not ok. */
  readonly advice?: string;
}

const OLDEST_NODE = 22;
const LEAST_FREE_GB = 1;

interface DoctorOptions {
  readonly db: string;
  readonly policy?: string;
  readonly apiKeyEnv?: string;
  readonly json: boolean;
}

const EXAMPLES = `
Examples:
  rlvr doctor
  rlvr doctor --policy http://127.0.0.1:8000
  rlvr doctor --policy https://vllm.example.org --api-key-env VLLM_KEY`;

/** `rlvr doctor`: what this machine can do, or what a policy server offers. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("what this machine can do, and what is in the way; or what a policy server offers to a run")
    .addOption(databaseOption())
    .option("--policy <url>", "ask this policy server instead: what it offers, and what it has to be started with")
    .addOption(apiKeyOption())
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action(async ({ db, policy, apiKeyEnv, json }: DoctorOptions) => {
      const checks = policy === undefined ? examine(userPath(db)) : await examineServer(policy, apiKeyEnv);
      const rows = checks.map(({ name, ok, isOptional, found, advice }) => [
        ok ? "ok" : isOptional === true ? "-" : "!",
        name,
        asStarted(found),
        ok ? "" : asStarted(advice ?? ""),
      ]);
      process.stdout.write(`${json ? JSON.stringify(checks) : table(["", "what", "found", "do"], rows)}\n`);
      if (checks.some(({ ok, isOptional }) => !ok && isOptional !== true)) process.exitCode = 1;
    });
}

/** Asks a policy server; its key never gets further than its requests. */
async function examineServer(url: string, apiKeyEnv: string | undefined): Promise<Check[]> {
  const address = { url: serverRootOf(url, "--policy"), apiKey: keyNamed(apiKeyEnv) };
  const interrupt = listenForInterrupt();
  const server = connectServer(address);
  try {
    return offerChecks(await probeServer(server, interrupt.signal));
  } finally {
    await server.close();
    interrupt.release();
  }
}

function examine(databasePath: string): Check[] {
  const major = Number(process.versions.node.split(".")[0]);
  const folder = nearestFolder(databasePath);
  const network = networkFileSystemName(folder);
  const space = statfsSync(folder);
  const freeGb = (space.bavail * space.bsize) / 1e9;
  const backends = listSupportedBackends().map(({ name, bundled }) =>
    bundled ? name : `${name} (libraries not bundled)`,
  );
  return [
    { name: "rlvr", ok: true, found: packageVersion() },
    {
      name: "node",
      ok: major >= OLDEST_NODE,
      found: `${process.versions.node} on ${process.platform} ${process.arch}`,
      advice: `Use Node ${OLDEST_NODE} or newer.`,
    },
    { name: "cores", ok: true, found: String(availableParallelism()) },
    { name: "memory", ok: totalmem() > 2e9, found: `${(totalmem() / 1e9).toFixed(0)} GB`, advice: "Runs want 2 GB." },
    { name: "python", ok: true, found: pythonVersion() ?? "none: only reward functions in Python need it" },
    { name: "pytorch trainer", ok: true, found: environmentText(TRAINER_ENVIRONMENT, "recipes with trainer.torch") },
    { name: "vllm", ok: true, found: environmentText(VLLM_ENVIRONMENT, "recipes with policy.vllm") },
    { name: "onnx runtime", ok: true, found: backends.join(", ") },
    { name: "graphics", ok: true, found: graphicsAdapters().join(", ") || "none found: policy.device is cpu" },
    {
      name: "default policy",
      ok: isPresent(packagePath("policies/tiny/model.safetensors")),
      found: packagePath("policies/tiny"),
      advice: "Rebuild it with: pnpm policy:make",
    },
    {
      name: "database folder",
      ok: network === undefined && freeGb > LEAST_FREE_GB,
      found: `${folder}: ${network ?? "local"}, ${freeGb.toFixed(0)} GB free`,
      advice: "Choose a local disk with more room: --db FILE.",
    },
  ];
}

/** The Python that verifiers in Python run by, unless they name another. */
function pythonVersion(): string | undefined {
  const { status, stdout } = spawnSync("python3", ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

/** What the environment holds that its users take unless they name another. */
function environmentText(kind: EnvironmentKind, users: string): string {
  const folder = defaultEnvironmentFolder(kind);
  const record = readEnvironment(kind, folder);
  if (record === undefined) return `none: ${users} need it (${kind.command})`;
  const { python: _, ...packages } = record.versions;
  const list = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return `${list.join(", ")} (${record.build}) in ${folder}`;
}
