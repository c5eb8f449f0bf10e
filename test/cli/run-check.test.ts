import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunCheck } from "../../src/run/check/check-run.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

const MOODY = `
import { defineVerifier } from "rlvr";
import { z } from "zod";
export default defineVerifier({ name: "moody", version: "1", options: z.strictObject({}), verify() { throw new Error("not today"); } });
`;

describe("rlvr run --check", { timeout: 60_000 }, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rlvr-run-check-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("tries the recipe with the real server, trainer and verifiers, and names the command that starts it", async () => {
    writeSmallRecipe(folder);
    const { code, stdout } = await rlvr(
      ["run", "recipe.yaml", "--check", "--steps", "2", "--set", "name=my run"],
      folder,
    );
    expect(stdout).toMatch(/^practice +60 +3 +60 /m);
    expect(stdout).toMatch(/Problem 3: .* \(arm mul-rev\), 15 tokens; \d of 4 rollouts passed/);
    expect(stdout).toMatch(/^context +32 tokens, 8 of them for a completion; every prompt fits$/m);
    expect(stdout).toMatch(/^memory +\d+\.\d MB in use/m);
    expect(stdout).toContain(`Start it with: rlvr run recipe.yaml --set 'name="my run"' --steps 2`);
    expect(code).toBe(0);
    expect(existsSync(join(folder, ".rlvr"))).toBe(false);
  });

  test("tries a fork by the weights that it begins with, and writes none", async () => {
    const recipe = writeSmallRecipe(join(folder, "forked"), { steps: 2, checkpoints: { keep_every: 1 } });
    expect((await rlvr(["run", recipe, "--db", "forked.db"], folder)).code).toBe(0);
    const fork = ["--from", "1:1", "--db", "forked.db", "--set", "trainer.learning_rate=0.002", "--steps", "4"];
    // As those of a run that was moved: only the stored copies are read.
    rmSync(join(folder, "forked", "practice.jsonl"));
    const { code, stdout, stderr } = await rlvr(["run", ...fork, "--check"], folder);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^practice +60 +3 +60 /m);
    expect(stdout).toContain(" in 3 steps with their evaluations");
    expect(stdout).toContain(
      "Start it with: rlvr run --db forked.db --from 1:1 --set trainer.learning_rate=0.002 --steps 4",
    );
    expect(JSON.parse((await rlvr(["runs", "--json", "--db", "forked.db"], folder)).stdout)).toHaveLength(1);
    const beyond = await rlvr(["run", "--from", "1:2", "--db", "forked.db", "--check"], folder);
    expect([beyond.code, beyond.stderr]).toEqual([2, expect.stringContaining("has nothing left to do after step 2")]);
  });

  test("ends with 1 when a verifier fails", async () => {
    writeFileSync(join(folder, "moody.ts"), MOODY);
    writeSmallRecipe(folder, { verifiers: [{ name: "exact" }, { name: "./moody.ts" }] });
    const { code, stdout } = await rlvr(["run", "recipe.yaml", "--check", "--json"], folder);
    const { findings } = JSON.parse(stdout) as RunCheck;
    expect(findings).toContainEqual({
      level: "fault",
      text: "the verifier moody failed: Error: not today",
      advice: expect.any(String),
    });
    expect(code).toBe(1);
  });
});
