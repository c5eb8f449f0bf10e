import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { pipInstall } from "../../src/core/python/pip.ts";
import { TRAINER_ENVIRONMENT } from "../../src/trainer/trainer-environment.ts";
import { MODEL, TRAINER_PYTHON } from "./parts.ts";

test("the PyTorch trainer learns a fixed batch in ten steps, by an adapter and by all weights", async () => {
  const packages = mkdtempSync(join(tmpdir(), "rlvr-pytest-"));
  onTestFinished(() => rmSync(packages, { recursive: true, force: true }));
  await pipInstall({
    kind: TRAINER_ENVIRONMENT,
    python: TRAINER_PYTHON,
    requirements: fileURLToPath(new URL("fixtures/pytest.txt", import.meta.url)),
    alone: packages,
    extraIndex: undefined,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  // Without conftest.py: it is about the ONNX graphs, and imports ONNX Runtime.
  const { stdout } = await promisify(execFile)(
    TRAINER_PYTHON,
    ["-m", "pytest", "--noconftest", "-p", "no:cacheprovider", "tests/test_trainer_smol.py"],
    {
      cwd: packagePath("python"),
      env: { ...process.env, RLVR_SMOL: MODEL, PYTHONPATH: [packages, packagePath("python/tests")].join(delimiter) },
    },
  );
  expect(stdout).toMatch(/\b2 passed\b/);
  expect(stdout).not.toContain("skipped");
});
