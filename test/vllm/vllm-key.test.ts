import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { connectServer } from "../../src/policy/server-connection.ts";
import { servedModels } from "../../src/policy/server-offers.ts";
import { refuseOpenHost } from "../../src/policy/vllm/reachable-host.ts";
import { startVllm, type VllmOptions } from "../../src/policy/vllm/start-vllm.ts";
import { rlvr } from "../support/rlvr-in-process.ts";

/** A model's directory, and a Python whose vLLM is a script that only answers. */
function fakeVllm(): Pick<VllmOptions, "modelDirectory" | "python"> {
  const modelDirectory = mkdtempSync(join(tmpdir(), "rlvr-fake-vllm-"));
  onTestFinished(() => rmSync(modelDirectory, { recursive: true }));
  writeFileSync(join(modelDirectory, "config.json"), "{}");
  const python = join(modelDirectory, "python");
  const script = fileURLToPath(new URL("fixtures/fake-vllm.ts", import.meta.url));
  const lines = [
    "#!/bin/sh",
    'if [ "$1" = -c ]; then echo vllm 0.32.0; exit; fi',
    `exec "${process.execPath}" "${script}" "$@"`,
  ];
  writeFileSync(python, lines.join("\n"), { mode: 0o755 });
  return { modelDirectory, python };
}

test("starts vLLM with a key that no argument shows, and says who reaches what it does not guard", async () => {
  const lines: string[] = [];
  const warnings: string[] = [];
  const vllm = await startVllm({
    ...fakeVllm(),
    onLine: (line) => void lines.push(line),
    onWarning: (text) => void warnings.push(text),
  });
  onTestFinished(() => vllm.stop());
  expect(vllm.apiKey.length).toBeGreaterThan(40);
  expect(lines.join("\n")).toContain("--logprobs-mode");
  expect(lines.join("\n")).not.toContain(vllm.apiKey);
  expect(warnings).toEqual([expect.stringContaining("every user of this machine can pause it")]);
  expect(warnings.join()).not.toContain(vllm.apiKey);
  const { signal } = new AbortController();
  const [known, unknown] = [connectServer(vllm), connectServer({ url: vllm.url })];
  onTestFinished(async () => void (await Promise.all([known.close(), unknown.close()])));
  expect((await servedModels(known, signal)).data).toHaveLength(1);
  await expect(servedModels(unknown, signal)).rejects.toThrow("wants an API key");
});

test("prints a command line without a key", async () => {
  const { modelDirectory, python = "" } = fakeVllm();
  process.env["RLVR_TEST_KEY"] = "a-key-of-these-tests";
  onTestFinished(() => void delete process.env["RLVR_TEST_KEY"]);
  const args = ["--model", modelDirectory, "--python", python, "--dry-run", "--api-key-env", "RLVR_TEST_KEY"];
  const { code, stdout } = await rlvr(["policy", "start", "vllm", ...args]);
  expect(code).toBe(0);
  expect(stdout).toContain("VLLM_SERVER_DEV_MODE=1");
  expect(stdout).not.toContain("a-key-of-these-tests");
});

test.each([
  [["--host", "0.0.0.0"], /listen at 0\.0\.0\.0/],
  [["--host=10.0.0.1"], /listen at 10\.0\.0\.1/],
  [["--host", "127.0.0.1", "--host", "::"], /listen at ::/],
  [["--hos", "0.0.0.0"], /listen at 0\.0\.0\.0/],
  [["--host", "127.0.0.1", "--ho=0.0.0.0"], /listen at 0\.0\.0\.0/],
  [["--api-key", "secret"], /has a key/],
  [["--api-key=secret"], /has a key/],
])("refuses a vLLM of a run with %j", (args, message) => {
  expect(() => refuseOpenHost(args)).toThrow(expect.objectContaining({ code: "bad_recipe" }));
  expect(() => refuseOpenHost(args)).toThrow(message);
  expect(() => refuseOpenHost(args)).not.toThrow(/secret/);
});

test("lets a vLLM of a run listen on this machine", () => {
  for (const args of [[], ["--host", "127.0.0.1"], ["--host=localhost"], ["--max-logprobs", "5"]])
    expect(() => refuseOpenHost(args)).not.toThrow();
});
