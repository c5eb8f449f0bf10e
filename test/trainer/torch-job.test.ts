import { spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { processesIn } from "../support/rlvr-process.ts";
import { TRAINER_ENVIRONMENT } from "../../src/trainer/trainer-environment.ts";
import { INSTALLING, partPython } from "../support/test-parts.ts";
import { jobDirectory, POLICY_DIRECTORY, writeBatch } from "./helpers.ts";

const MINUTES = 60_000;
let python: string;

/** Addresses, as /proc/net has them, at which processes of this machine listen. */
function listeningOf(pids: readonly number[]): string[] {
  const open = new Set(
    pids.flatMap((pid) => readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`))),
  );
  return ["tcp", "tcp6"]
    .flatMap((name) => readFileSync(`/proc/net/${name}`, "utf8").trim().split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === "0A" && open.has(`socket:[${inode}]`))
    .map(([, local = ""]) => local);
}

/** 127.0.0.0/8 and ::1. */
function isLoopback(address: string): boolean {
  return /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F):/.test(address);
}

beforeAll(async () => {
  python = await partPython(TRAINER_ENVIRONMENT);
}, INSTALLING);

test(
  "ranks under torchrun train a batch together, and none outlives a parent that is killed",
  async () => {
    const job = jobDirectory();
    const request = writeBatch(job, { step: 1 });
    const settings = {
      mode: "full",
      lora: null,
      dtype: "auto",
      device: "auto",
      gradient_checkpointing: false,
      microbatch_tokens: 64,
      checkpoint_every: 1,
      reread_seconds: 0,
      seed: 1,
    };
    const from = (module: string): string => JSON.stringify(packagePath(`src/trainer/${module}.ts`));
    const script = `
import { startTrainer } from ${from("trainer-job")};
import { localTorchDriver } from ${from("drivers/local-torch")};
      const trainer = await startTrainer({ jobDirectory: ${JSON.stringify(job)}, epoch: 1,
        policyDirectory: ${JSON.stringify(POLICY_DIRECTORY)}, startFrom: { kind: "base" },
        torch: ${JSON.stringify(settings)}, driver: localTorchDriver({ python: ${JSON.stringify(python)}, ranks: 2 }) });
      const answer = await trainer.train(${JSON.stringify(request)});
      console.log(JSON.stringify(answer));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, OMP_NUM_THREADS: "1" },
    });
    const line = await new Promise((resolve, reject) => {
      parent.stdout.once("data", resolve);
      parent.once("exit", (code) => reject(new Error(`it ended with code ${code}`)));
    });
    expect(JSON.parse(String(line))).toMatchObject({
      policyVersion: 1,
      checkpoint: { directory: join(job, "epoch-1/checkpoints/000001") },
    });
    // torchrun and two ranks, and the parent, whose command holds the script.
    expect(processesIn(job).length).toBeGreaterThanOrEqual(4);
    // They met in files of their own folder, and nothing of them listens beyond this machine.
    expect(readdirSync(join(job, "epoch-1"))).toEqual(expect.arrayContaining(["ranks", "rendezvous"]));
    expect(listeningOf(processesIn(job).map(({ pid }) => pid)).filter((address) => !isLoopback(address))).toEqual([]);
    parent.kill("SIGKILL");
    await expect.poll(() => processesIn(job), { timeout: 10_000 }).toEqual([]);
  },
  5 * MINUTES,
);
