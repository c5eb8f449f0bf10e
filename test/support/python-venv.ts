import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { isPresent, sha256 } from "../../src/core/files/files.ts";
import { packagePath } from "../../src/core/package-files.ts";

const run = promisify(execFile);

/**
 * The interpreter of a virtual environment with exactly what a file of pinned requirements lists, made by the first test
 * that asks for it and kept below node_modules.
 */
export async function pythonWith(requirements: string): Promise<string> {
  const folder = packagePath(`node_modules/.cache/rlvr-venv-${sha256(readFileSync(requirements)).slice(0, 12)}`);
  const python = join(folder, "bin/python");
  const complete = join(folder, "complete");
  if (isPresent(complete)) return python;
  rmSync(folder, { recursive: true, force: true });
  await run("python3", ["-m", "venv", folder]);
  const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"];
  await run(python, ["-m", "pip", "install", ...options, "--requirement", requirements]);
  writeFileSync(complete, "");
  return python;
}
