import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isPresent } from "../../core/files/files.ts";
import { defaultEnvironmentFolder, readEnvironment, requirementsHash } from "./environment-folder.ts";
import { makeEnvironment } from "./make-environment.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-environment-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const make = (folder: string, signal = new AbortController().signal) =>
  makeEnvironment({ folder, build: "cpu", onProgress: () => undefined, signal });

test("the environment lies in the user's data folder, by what it holds", () => {
  const hash = requirementsHash().slice(0, 12);
  expect(defaultEnvironmentFolder({ XDG_DATA_HOME: "/data" })).toBe(`/data/rlvr/trainer/${hash}`);
  expect(defaultEnvironmentFolder({ XDG_DATA_HOME: "" })).toMatch(new RegExp(`/\\.local/share/rlvr/trainer/${hash}$`));
});

test("a folder that holds something else is refused, and left as it is", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "thesis.tex"), "");
  await expect(make(folder)).rejects.toMatchObject({ code: "bad_usage" });
  expect(isPresent(join(folder, "thesis.tex"))).toBe(true);
});

test("an environment that another process is making is left to it", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "rlvr-trainer.making"), String(process.ppid));
  await expect(make(folder)).rejects.toMatchObject({
    code: "bad_usage",
    message: expect.stringContaining(`process ${process.ppid}`),
  });
});

test("an interrupted attempt leaves nothing, also of the one before it", async () => {
  const folder = emptyFolder();
  // A process id that no process can have.
  writeFileSync(join(folder, "rlvr-trainer.making"), String(2 ** 30));
  mkdirSync(join(folder, "lib"));
  await expect(make(folder, AbortSignal.timeout(300))).rejects.toThrow();
  expect(isPresent(folder)).toBe(false);
});

test("takes a folder for this user alone, and none that others may write to", async () => {
  const folder = emptyFolder();
  const [path, modes] = [join(folder, "environment"), new Set<number>()];
  const environment = { folder: path, build: "cpu" as const, signal: new AbortController().signal };
  const stop = (): never => {
    modes.add(statSync(path).mode & 0o777);
    throw new Error("seen enough");
  };
  await expect(makeEnvironment({ ...environment, onProgress: stop })).rejects.toThrow("seen enough");
  expect([...modes]).toEqual([0o700]);
  mkdirSync(path);
  chmodSync(path, 0o777);
  await expect(make(path)).rejects.toMatchObject({ code: "unsafe_path" });
});

test("one of other requirements, or without its record, is none", () => {
  const folder = emptyFolder();
  expect(readEnvironment(folder)).toBeUndefined();
  const record = { requirements: requirementsHash(), wanted: "cpu", build: "cuda", versions: { torch: "2" }, bytes: 1 };
  writeFileSync(join(folder, "rlvr-trainer.json"), JSON.stringify(record));
  expect(readEnvironment(folder)).toEqual(record);
  writeFileSync(join(folder, "rlvr-trainer.json"), JSON.stringify({ ...record, requirements: "other" }));
  expect(readEnvironment(folder)).toBeUndefined();
});
