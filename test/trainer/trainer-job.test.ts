import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { writeDirectoryAtomic } from "../../src/core/files/files.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/core/safetensors.ts";
import type { TrainerDriver, TrainerExit } from "../../src/trainer/drivers/driver.ts";
import { startLocalTrainer } from "../../src/trainer/drivers/local.ts";
import { startTrainer } from "../../src/trainer/trainer-job.ts";
import {
  asker,
  checkpointOf,
  jobDirectory,
  POLICY_DIRECTORY,
  sequencesOf,
  startTestTrainer,
  writeBatch,
} from "./helpers.ts";

/** Whether a process still runs; one that only waits for init to note its end does not. */
function isAlive(pid: number | undefined): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return /^[^Z]/.test(stdout.trim());
}

test("a job goes through its states, and stop leaves no process", async () => {
  const job = jobDirectory();
  const states: string[] = [];
  const trainer = await startTestTrainer(job, { onState: (state) => states.push(state) });
  expect(isAlive(trainer.pid)).toBe(true);
  await trainer.train(writeBatch(job, { step: 1 }));
  await trainer.stop();
  expect(isAlive(trainer.pid)).toBe(false);
  expect(states).toEqual(["submitted", "running", "idle", "running", "idle", "succeeded"]);
  await trainer.stop();
  await expect(trainer.train(writeBatch(job, { step: 2 }))).rejects.toMatchObject({ code: "trainer_lost" });
});

test("a trainer that is killed at work is lost at once, and the next epoch goes on from its checkpoint", async () => {
  const job = jobDirectory();
  const states: string[] = [];
  const first = await startTestTrainer(job, { onState: (state) => states.push(state) });
  const done = await first.train(writeBatch(job, { step: 1 }));
  const request = writeBatch(job, { step: 2, sequences: sequencesOf(2000) });
  const training = first.train(request);
  while (!existsSync(join(job, "epoch-1/control/000002.json"))) await sleep(1);
  process.kill(first.pid ?? 0, "SIGKILL");
  await expect(training).rejects.toMatchObject({
    code: "trainer_lost",
    retryable: true,
    message: expect.stringContaining("SIGKILL"),
  });
  expect(states.at(-1)).toBe("lost");
  await expect(first.train(request)).rejects.toMatchObject({ code: "trainer_lost" });

  const second = await startTestTrainer(job, {
    epoch: 2,
    startFrom: { kind: "checkpoint", directory: checkpointOf(done).directory, policyVersion: 1 },
  });
  expect((await second.train(request)).policyVersion).toBe(2);
});

test("an answer in the folder of an earlier epoch does not count", async () => {
  const job = jobDirectory();
  const old = await startTestTrainer(job);
  const request = writeBatch(job, { step: 1 });
  const current = await startTestTrainer(job, { epoch: 2 });
  const late = await old.train(request);
  const answer = await current.train(request);
  expect(checkpointOf(late).directory).toBe(join(job, "epoch-1/checkpoints/000001"));
  expect(checkpointOf(answer).directory).toBe(join(job, "epoch-2/checkpoints/000001"));

  const forged = readFileSync(join(job, "epoch-1/control/000001.answer.json"), "utf8");
  writeFileSync(join(job, "epoch-1/control/000002.answer.json"), forged);
  expect((await current.train(writeBatch(job, { step: 2 }))).policyVersion).toBe(2);
});

test("an epoch is used once, and leftovers of killed writers are gone when it starts", async () => {
  const job = jobDirectory();
  mkdirSync(join(job, "epoch-1/checkpoints/.tmp-000001-abc"), { recursive: true });
  mkdirSync(join(job, "batches"));
  writeFileSync(join(job, "batches/.tmp-x"), "half");
  await startTestTrainer(job);
  expect(readdirSync(join(job, "epoch-1/checkpoints"))).toEqual([]);
  expect(readdirSync(join(job, "batches"))).toEqual([]);
  await expect(startTestTrainer(job)).rejects.toMatchObject({ code: "bad_usage" });
});

/** What starting from a checkpoint of version 1 is refused with. */
function refusal(job: string, epoch: number, directory: string, policyDirectory = POLICY_DIRECTORY): Promise<unknown> {
  const startFrom = { kind: "checkpoint", directory, policyVersion: 1 } as const;
  return startTestTrainer(job, { epoch, policyDirectory, startFrom }).catch((error: unknown) => error);
}

test("a starting point that is missing, damaged or of another version is refused by name", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job);
  const checkpointDirectory = checkpointOf(await trainer.train(writeBatch(job, { step: 1 }))).directory;
  const second = await trainer.train(writeBatch(job, { step: 2 }));
  await trainer.stop();
  writeFileSync(join(checkpointDirectory, "optimizer.safetensors"), "");
  expect(await refusal(job, 2, checkpointDirectory)).toMatchObject({
    code: "bad_checkpoint",
    message: `${join(checkpointDirectory, "optimizer.safetensors")} does not match the sha256 in its manifest`,
  });
  expect(await refusal(job, 3, checkpointOf(second).directory)).toMatchObject({
    code: "bad_checkpoint",
    message: `${checkpointOf(second).directory} holds policy version 2, not 1`,
  });
  expect(await refusal(job, 4, join(job, "nowhere"))).toMatchObject({ code: "missing_file" });
});

test("a checkpoint of another policy is refused with the parameter that differs", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job);
  const checkpointDirectory = checkpointOf(await trainer.train(writeBatch(job, { step: 1 }))).directory;
  await trainer.stop();
  const other = join(job, "other-policy");
  cpSync(POLICY_DIRECTORY, other, { recursive: true });
  const config = JSON.parse(readFileSync(join(other, "config.json"), "utf8"));
  config.parameters[0][1] = [32];
  writeFileSync(join(other, "config.json"), JSON.stringify(config));
  const model = join(other, "model.safetensors");
  const tensors = Object.fromEntries(decodeSafetensors(readFileSync(model), model).tensors);
  const changed = { ...tensors, final_norm: { type: "F32", shape: [32], data: new Float32Array(32) } } as const;
  writeFileSync(model, encodeSafetensors(changed));
  expect(await refusal(job, 2, checkpointDirectory, other)).toMatchObject({
    code: "bad_checkpoint",
    message: `${checkpointDirectory}/model.safetensors does not fit: final_norm has shape [64], the policy's is [32]`,
  });
});

test("a file whose data arrives after its manifest is read again", async () => {
  const job = jobDirectory();
  const trainer = await startTestTrainer(job, { settings: { reread_seconds: 30 } });
  const request = writeBatch(job, { step: 1 });
  const file = join(request.batchDirectory, "batch.safetensors");
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, 100));
  const training = trainer.train(request);
  while (!existsSync(join(job, "epoch-1/control/000001.json"))) await sleep(1);
  writeFileSync(file, whole);
  expect((await training).policyVersion).toBe(1);
});

test("an interrupted start and an interrupted step say so and leave no process", async () => {
  const job = jobDirectory();
  const start = { jobDirectory: job, policyDirectory: POLICY_DIRECTORY, startFrom: { kind: "base" } } as const;
  const details: string[] = [];
  const onState = (_: string, detail: string): unknown => details.push(detail);
  await expect(startTrainer({ ...start, epoch: 1, onState, signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
    code: "interrupted",
  });
  const pid = Number(details[0]?.replace("process ", ""));
  expect(pid).toBeGreaterThan(0);
  expect(isAlive(pid)).toBe(false);
  const trainer = await startTestTrainer(job, { epoch: 2 });
  const request = writeBatch(job, { step: 1, sequences: sequencesOf(2000) });
  await expect(trainer.train(request, AbortSignal.timeout(20))).rejects.toMatchObject({ code: "interrupted" });
  await trainer.stop();
  expect(isAlive(trainer.pid)).toBe(false);
});

/** A driver without a process: it is ready at once, and ends when it is told to, or killed. */
function driverWithoutProcess() {
  const { promise: exited, resolve } = Promise.withResolvers<TrainerExit>();
  const ends = { root: "", end: (how: string) => resolve({ how, isKilled: how.startsWith("SIG"), output: "" }) };
  const driver: TrainerDriver = (root) => {
    ends.root = root;
    const beat = { counter: 1, phase: "idle", progress: { "0": 0 }, policy_version: 0 };
    writeFileSync(join(root, "heartbeat.json"), JSON.stringify(beat));
    return { pid: undefined, exited, kill: async () => ends.end("SIGKILL") };
  };
  return { driver, ends, exited };
}

test("ends a trainer whose state cannot be written down, with the error that says why", async () => {
  const job = jobDirectory();
  const { driver, ends, exited } = driverWithoutProcess();
  const full = new Error("database or disk is full");
  const onState = (state: string): void => {
    if (state === "lost") throw full;
  };
  const trainer = await startTestTrainer(job, { driver, onState });
  const training = trainer.train({ step: 1, batchDirectory: join(job, "batches/000001") });
  ends.end("exit code 1");
  await expect(training).rejects.toBe(full);

  const second = driverWithoutProcess();
  const untold = (state: string): void => {
    if (state === "idle") throw full;
  };
  await expect(startTestTrainer(job, { epoch: 2, driver: second.driver, onState: untold })).rejects.toBe(full);
  expect(await second.exited).toMatchObject({ how: "SIGKILL" });
  await Promise.all([trainer.stop(), exited]);
});

test.skipIf(!existsSync("/dev/full"))("says that the disk is full when a trainer could not say so itself", async () => {
  const { driver, ends } = driverWithoutProcess();
  const trainer = await startTestTrainer(jobDirectory(), { driver });
  const saving = trainer.checkpoint();
  symlinkSync("/dev/full", join(ends.root, "room"));
  ends.end("exit code 1");
  await expect(saving).rejects.toMatchObject({
    code: "disk_full",
    message: expect.stringMatching(/^the disk that holds \/.*\/epoch-1 is full \(ENOSPC/) as unknown,
    advice: "Free some space, then go on with: rlvr resume",
  });
  expect(existsSync(join(ends.root, "room"))).toBe(false);
});

test("a trainer whose parent was killed ends by itself", async () => {
  const job = jobDirectory();
  const script = `
import { startTrainer } from ${JSON.stringify(packagePath("src/trainer/trainer-job.ts"))};
    const trainer = await startTrainer({ jobDirectory: ${JSON.stringify(job)}, epoch: 1,
      policyDirectory: ${JSON.stringify(POLICY_DIRECTORY)}, startFrom: { kind: "base" } });
    console.log(trainer.pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise((resolve, reject) => {
    parent.stdout.once("data", resolve);
    parent.once("exit", (code) => reject(new Error(`it ended with code ${code}`)));
  });
  const pid = Number(String(line));
  expect(isAlive(pid)).toBe(true);
  parent.kill("SIGKILL");
  while (isAlive(pid)) await sleep(20);
});

test("the directory protocol answers a driver of any kind", async () => {
  const job = jobDirectory();
  const epoch = join(job, "epoch-1");
  const launch = {
    protocol: 1,
    epoch: 1,
    policy_directory: POLICY_DIRECTORY,
    start_from: { kind: "base" },
    settings: {},
  };
  writeDirectoryAtomic(epoch, { "launch.json": JSON.stringify(launch) });
  writeBatch(job, { step: 1 });
  const started = startLocalTrainer(epoch);
  const ask = asker(epoch);
  expect(await ask({ kind: "export" })).toMatchObject({
    ok: true,
    policy_version: 0,
    export: { directory: "exports/000000" },
  });
  expect(readFileSync(join(epoch, "exports/000000/model.safetensors"))).toEqual(
    readFileSync(join(POLICY_DIRECTORY, "model.safetensors")),
  );
  expect(await ask({ kind: "checkpoint" })).toMatchObject({
    ok: true,
    checkpoint: { directory: "checkpoints/000000" },
  });
  const trained = await ask({ kind: "train", batch: "batches/000001" });
  expect(trained).toMatchObject({ ok: true, policy_version: 1, parent_version: 0 });
  expect(await ask({ kind: "broadcast" })).toMatchObject({ ok: false, error: { code: "trainer_failed" } });
  expect(await ask({ kind: "dance" })).toMatchObject({ ok: false, error: { code: "protocol_violation" } });
  expect(await ask("{")).toMatchObject({ ok: false, error: { code: "protocol_violation" } });
  const checkpoint = { kind: "checkpoint", directory: join(epoch, "checkpoints/000000"), policy_version: 0 };
  expect(await ask({ kind: "rollback", to: checkpoint })).toMatchObject({ ok: true, policy_version: 0 });
  const again = await ask({ kind: "train", batch: "batches/000001" });
  expect(again["checkpoint"]).toEqual(trained["checkpoint"]);
  expect(await ask({ kind: "stop" })).toMatchObject({ ok: true });
  expect(await started.exited).toMatchObject({ how: "exit code 0", isKilled: false });
});
