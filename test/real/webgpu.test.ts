/**
 * The ONNX server on WebGPU, without a graphics card: SwiftShader, the Vulkan driver for processors inside Chromium's package.
 * It is slow: this is about what it computes.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { exportSync } from "../../src/policy/export-sync.ts";
import { HttpPolicyClient } from "../../src/policy/http-policy-client.ts";
import { startPolicyServer } from "../../src/policy/policy-process.ts";
import type { Completion } from "../../src/policy/policy-client.ts";
import { connectServer } from "../../src/policy/server-connection.ts";
import { aptInstall } from "../support/apt-install.ts";
import { startRlvr, type RlvrProcess } from "../support/rlvr-process.ts";

const DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";
const TINY = packagePath("policies/tiny");
const { signal } = new AbortController();
const PROMPTS = ["______3*<52643", "______0+>46432", "______6-<25656"];

let folder: string;
beforeAll(() => {
  const libraries = execFileSync("/sbin/ldconfig", ["-p"], { encoding: "utf8" });
  if (!existsSync(DRIVER) || !libraries.includes("libvulkan.so.1"))
    aptInstall(["chromium", "libvulkan1"], "They bring SwiftShader and the Vulkan loader.");
  for (const name of ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"]) process.env[name] = DRIVER;
  folder = mkdtempSync(join(tmpdir(), "rlvr-webgpu-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the tiny policy says to the prompts on a device: with its own weights, then with others that are loaded. */
async function said(device: "cpu" | "webgpu", others: string): Promise<readonly Completion[]> {
  const server = await startPolicyServer({ modelDirectory: TINY, device });
  const connection = connectServer(server);
  try {
    const client = new HttpPolicyClient(connection);
    const completions: Completion[] = [];
    for (const version of [0, 1]) {
      if (version === 1)
        await exportSync({ model: "tiny" }).load(connection, { policyVersion: 2, directory: others }, signal);
      for (const [place, content] of PROMPTS.entries()) {
        const promptIds = await client.tokenize({ messages: [{ role: "user", content }] });
        const sampled = { n: 4, seed: 10 * place, temperature: 1, topP: 1, topK: 0, maxTokens: 8 };
        completions.push(...(await client.complete({ promptIds, ...sampled })));
      }
    }
    return completions;
  } finally {
    await connection.close();
    await server.stop();
  }
}

const rlvr = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await startRlvr(args, { cwd: folder }).ended;
  expect(code, stderr).toBe(0);
  return stdout;
};

test("a run of two steps samples on WebGPU, and its weights say there what they say on the processor", async () => {
  const recipe = packagePath("curricula/microcosm.yaml");
  const small = ["sampling.groups=4", "evaluation.samples=1", "evaluation.test_samples=1", "evaluation.limit=10"];
  const set = ["policy.device=webgpu", ...small].flatMap((option) => ["--set", option]);
  await rlvr("run", recipe, "--steps", "2", ...set);
  const log = readFileSync(join(folder, ".rlvr/rlvr-runs/1/policy-server.log"), "utf8");
  expect(log).toContain("serving on the device webgpu");
  const versions = JSON.parse(await rlvr("checkpoints", "1", "--json")) as { readonly export: string }[];
  const others = versions.at(-1)?.export ?? "";
  const [cpu, webgpu] = [await said("cpu", others), await said("webgpu", others)];
  expect(webgpu.map(({ tokenIds }) => tokenIds)).toEqual(cpu.map(({ tokenIds }) => tokenIds));
  const apart = webgpu.flatMap(({ logprobs }, place) =>
    logprobs.map((logprob, at) => Math.abs(logprob - (cpu[place]?.logprobs[at] ?? Infinity))),
  );
  expect(Math.max(...apart)).toBeLessThan(1e-4);
});

test("auto takes WebGPU where it is the first device that opens the model", async () => {
  let server: RlvrProcess | undefined;
  const line = await new Promise<string>((resolve) => {
    const args = ["policy", "serve", "--model", TINY, "--device", "auto", "--port", "0", "--json"];
    server = startRlvr(args, { cwd: folder, onLine: resolve });
  });
  server?.child.kill("SIGTERM");
  await server?.ended;
  expect(JSON.parse(line)).toMatchObject({ device: "webgpu", policyVersion: 0 });
});
