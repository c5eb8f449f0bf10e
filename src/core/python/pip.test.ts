import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { TRAINER_ENVIRONMENT } from "../../trainer/trainer-environment.ts";
import { isPresent } from "../files/files.ts";
import { pipInstall } from "./pip.ts";

const hasPip = spawnSync("python3", ["-m", "pip", "--version"]).status === 0;

test.runIf(hasPip)("runs no code of a package that would have to be built", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-pip-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const source = join(folder, "evil-1.0");
  mkdirSync(source);
  writeFileSync(join(source, "PKG-INFO"), "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n");
  writeFileSync(
    join(source, "pyproject.toml"),
    '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
  );
  const marker = join(folder, "was-run");
  writeFileSync(join(source, "backend.py"), `open(${JSON.stringify(marker)}, "w")\n`);
  execFileSync("tar", ["-czf", "evil-1.0.tar.gz", "evil-1.0"], { cwd: folder });
  const requirements = join(folder, "requirements.txt");
  writeFileSync(requirements, `--no-index\n--find-links ${folder}\nevil==1.0\n`);
  vi.stubEnv("PIP_DRY_RUN", "1");
  vi.stubEnv("PIP_BREAK_SYSTEM_PACKAGES", "1");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { signal } = new AbortController();
  const install = pipInstall({
    kind: TRAINER_ENVIRONMENT,
    python: "python3",
    requirements,
    extraIndex: undefined,
    onProgress: () => {},
    signal,
  });
  await expect(install).rejects.toThrow("No matching distribution found for evil==1.0");
  expect(isPresent(marker)).toBe(false);
});
