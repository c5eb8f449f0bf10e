import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { verifiersSchema } from "../../src/config/verifier-schema.ts";
import { checkVerifiers } from "../../src/run/scoring/configure-verifiers.ts";
import { createVerifierPool, type VerifierPool } from "../../src/verifiers/pool/pool.ts";
import { judgeSamples } from "../../src/verifiers/testing/judge-samples.ts";
import { rlvr } from "../support/rlvr-in-process.ts";

const READS = `export default { name: "reads", version: "1", options: { safeParse: (data) => ({ success: true, data }) },
  verify: ({ response }) => ({ passed: process.env[response] !== undefined,
    extracted: JSON.stringify([process.pid, process.env[response] ?? null]) }) };\n`;
const READS_IN_PYTHON = `import os
def reads(completions):
    return [float(each in os.environ) for each in completions]\n`;

let folder: string;
let module: string;
let pool: VerifierPool;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-environment-"));
  module = join(folder, "reads.mjs");
  writeFileSync(module, READS);
  writeFileSync(join(folder, "reads.py"), READS_IN_PYTHON);
  vi.stubEnv("PLANTED_KEY", "planted");
  vi.stubEnv("OTHER_KEY", "other");
  pool = createVerifierPool({ workers: 2 });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await pool.close();
  rmSync(folder, { recursive: true });
});

/** The process that a variable was looked for in, and its value there. */
async function read(variable: string, env: readonly string[]): Promise<readonly [pid: number, value: string | null]> {
  const items = [{ problem: {}, response: variable, answer: "" }];
  const [verdict] = await pool.verifyGroup({ verifier: module, env, items, deadlineMs: 10_000 });
  if (verdict?.status !== "ok") throw new Error(verdict?.error);
  return JSON.parse(verdict.extracted ?? "") as [number, string | null];
}

it("gives a module no variable that it did not ask for", async () => {
  expect((await read("PLANTED_KEY", []))[1]).toBeNull();
  expect((await read("PATH", []))[1]).toBe(process.env["PATH"]);
});

it("gives a module what its entry asks for, in a process that no other kind of entry shares", async () => {
  const [asking, value] = await read("PLANTED_KEY", ["PLANTED_KEY"]);
  expect(value).toBe("planted");
  expect((await read("OTHER_KEY", ["PLANTED_KEY"]))[1]).toBeNull();
  const others = [await read("PLANTED_KEY", []), await read("PLANTED_KEY", ["OTHER_KEY"])];
  expect(others.map(([, seen]) => seen)).toEqual([null, null]);
  expect(others.map(([pid]) => pid)).not.toContain(asking);
});

it("gives a Python function the same", async () => {
  const verifier = `python:${join(folder, "reads.py")}:reads`;
  const items = ["PLANTED_KEY", "PATH"].map((response) => ({ problem: {}, response, answer: "" }));
  const passed = async (env: readonly string[]): Promise<unknown[]> =>
    (await pool.verifyGroup({ verifier, env, items, deadlineMs: 10_000 })).map(
      (verdict) => verdict.status === "ok" && verdict.passed,
    );
  expect(await passed([])).toEqual([false, true]);
  expect(await passed(["PLANTED_KEY"])).toEqual([true, true]);
});

it.each([["exact"], ["a module"]])("refuses a recipe whose variable is not set, by its name: %s", async (name) => {
  const verifiers = verifiersSchema.parse([{ name: name === "exact" ? name : module, env: ["NO_SUCH_KEY"] }]);
  await expect(checkVerifiers(verifiers)).rejects.toMatchObject({
    code: "bad_usage",
    message: expect.stringContaining("NO_SUCH_KEY"),
  });
});

it("refuses names that no environment variable has", () => {
  for (const name of ["", "A=B", "1A", "A B"])
    expect(verifiersSchema.safeParse([{ name: "exact", env: [name] }]).success).toBe(false);
});

it("asks for variables on the command line and in a contract", async () => {
  const stdin = JSON.stringify({ answer: "", response: "PLANTED_KEY" });
  const [without, asking] = [
    await rlvr(["verify", module, "--input", "-"], undefined, { stdin }),
    await rlvr(["verify", module, "--input", "-", "--env", "PLANTED_KEY"], undefined, { stdin }),
  ];
  expect([without, asking].map(({ stdout }) => (JSON.parse(stdout) as { passed: boolean }).passed)).toEqual([
    false,
    true,
  ]);
  const sample = { response: "PLANTED_KEY", answer: "" };
  const contract = { env: ["PLANTED_KEY"], passing: [sample], failing: [{ ...sample, response: "OTHER_KEY" }] };
  const { passing, failing } = await judgeSamples(module, contract);
  expect([...passing, ...failing].map(({ verdict }) => verdict.status === "ok" && verdict.passed)).toEqual([
    true,
    false,
  ]);
});
