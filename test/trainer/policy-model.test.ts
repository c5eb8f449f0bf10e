import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readPolicyModel } from "../../src/trainer/embedded/policy-model.ts";
import { jobDirectory, POLICY_DIRECTORY } from "./helpers.ts";

test("graphs of another version are refused with how to build them again", () => {
  const other = join(jobDirectory(), "policy");
  cpSync(POLICY_DIRECTORY, other, { recursive: true });
  expect(() => readPolicyModel(other)).not.toThrow();
  const path = join(other, "config.json");
  const config = JSON.parse(readFileSync(path, "utf8"));
  config.grad_metrics = config.grad_metrics.filter((name: string) => name !== "mismatch_kl");
  writeFileSync(path, JSON.stringify(config));
  let refusal: unknown;
  try {
    readPolicyModel(other);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({
    code: "bad_checkpoint",
    message: expect.stringContaining("the gradient graph has to give loss, surrogate"),
    advice: expect.stringContaining("Build the policy's graphs again"),
  });
});
