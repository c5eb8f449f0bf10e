import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { vllmPackage } from "../../src/policy/vllm/vllm-package.ts";
import { findPython } from "../../src/core/python/find-python.ts";

const before = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-modules-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

test("runs no Python modules that lie in the folder it is started in", async () => {
  for (const name of ["venv", "ensurepip", "csv", "email", "zipfile", "vllm"])
    writeFileSync(`${name}.py`, 'open("ran", "w")\n');
  await findPython();
  // Whether or not the machine has a vLLM.
  await vllmPackage("python3").catch(() => undefined);
  expect(existsSync("ran")).toBe(false);
});
