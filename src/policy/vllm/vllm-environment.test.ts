import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { defaultEnvironmentFolder, recordFile } from "../../core/python/environment-folder.ts";
import { requirementsHash } from "../../core/python/environment-kind.ts";
import { VLLM_ENVIRONMENT, vllmPython } from "./vllm-environment.ts";

test("takes the environment that was made, else python3, and none that another user could have put there", () => {
  const data = mkdtempSync(join(tmpdir(), "rlvr-data-"));
  onTestFinished(() => rmSync(data, { recursive: true }));
  vi.stubEnv("XDG_DATA_HOME", data);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(vllmPython()).toBe("python3");
  const folder = defaultEnvironmentFolder(VLLM_ENVIRONMENT);
  mkdirSync(folder, { recursive: true });
  const record = {
    requirements: requirementsHash(VLLM_ENVIRONMENT),
    wanted: "cpu",
    build: "cpu",
    versions: {},
    bytes: 1,
  };
  writeFileSync(recordFile(VLLM_ENVIRONMENT, folder), JSON.stringify(record));
  expect(vllmPython()).toBe(join(folder, "bin/python"));
  chmodSync(join(data, "rlvr"), 0o777);
  expect(() => vllmPython()).toThrow(expect.objectContaining({ code: "unsafe_path" }));
});
