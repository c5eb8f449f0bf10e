import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { VLLM_ENVIRONMENT } from "../../policy/vllm/vllm-environment.ts";
import { TRAINER_ENVIRONMENT as KIND } from "../../trainer/trainer-environment.ts";
import { isPresent } from "../files/files.ts";
import { defaultEnvironmentFolder, readEnvironment } from "./environment-folder.ts";
import { requirementsHash } from "./environment-kind.ts";
import { makeEnvironment } from "./make-environment.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-environment-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const make = (folder: string, signal = new AbortController().signal) =>
  makeEnvironment({ kind: KIND, folder, build: "cpu", onProgress: () => undefined, signal });

test.each([KIND, VLLM_ENVIRONMENT])("$title lies in the user's data folder, by what it holds", (kind) => {
  const place = `rlvr/${kind.name}/${requirementsHash(kind).slice(0, 12)}`;
  expect(defaultEnvironmentFolder(kind, { XDG_DATA_HOME: "/data" })).toBe(`/data/${place}`);
  expect(defaultEnvironmentFolder(kind, { XDG_DATA_HOME: "" })).toBe(join(homedir(), ".local/share", place));
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
  const environment = { kind: KIND, folder: path, build: "cpu" as const, signal: new AbortController().signal };
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

test("one of other requirements, of another kind, or without its record, is none", () => {
  const folder = emptyFolder();
  expect(readEnvironment(KIND, folder)).toBeUndefined();
  const record = {
    requirements: requirementsHash(KIND),
    wanted: "cpu",
    build: "cuda",
    versions: { torch: "2" },
    bytes: 1,
  };
  writeFileSync(join(folder, "rlvr-trainer.json"), JSON.stringify(record));
  expect(readEnvironment(KIND, folder)).toEqual(record);
  expect(readEnvironment(VLLM_ENVIRONMENT, folder)).toBeUndefined();
  writeFileSync(join(folder, "rlvr-trainer.json"), JSON.stringify({ ...record, requirements: "other" }));
  expect(readEnvironment(KIND, folder)).toBeUndefined();
});
