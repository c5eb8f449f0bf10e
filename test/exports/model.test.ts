import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { HttpPolicyClient } from "../../src/policy/http-policy-client.ts";
import { startPolicyServer } from "../../src/policy/policy-process.ts";
import { connectServer } from "../../src/policy/server-connection.ts";
import { pythonWith } from "../support/python-venv.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";
import { startFakeModelHub, TOKEN, type FakeModelHub } from "./fake-model-hub.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-model-"));
  const recipe = writeSmallRecipe(join(folder, "recipe"), { steps: 2 });
  expect((await rlvr(["run", recipe], folder)).code).toBe(0);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function exported(...rest: string[]) {
  return rlvr(["export", "1", "--format", "model", ...rest], folder);
}

test("exports a policy in rlvr's layout that answers as the run's version does", async () => {
  const { code, stdout } = await exported("--out", "policy", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ run: 1, format: "model", kind: "onnx", step: 2, policyVersion: 2 });
  const server = await startPolicyServer({ modelDirectory: join(folder, "policy") });
  const connection = connectServer(server);
  try {
    const client = new HttpPolicyClient(connection);
    const promptIds = await client.tokenize({ messages: [{ role: "user", content: "______3*<52643" }] });
    const sampled = { n: 1, seed: 1, temperature: 0, topP: 1, topK: 0, maxTokens: 8 };
    const [completion] = await client.complete({ promptIds, ...sampled });
    const chat = await rlvr(["chat", "1", "--template", "3*<52643"], folder);
    expect(completion?.text).toMatch(/^\d+$/);
    expect(chat).toMatchObject({ code: 0, stdout: `${completion?.text}\n` });
  } finally {
    await connection.close();
    await server.stop();
  }
});

test("writes a card with data, held-out accuracy and its intervals, curves and the recipe without machine paths", async () => {
  expect((await exported("--out", "card", "--base-model", "someone/tiny")).code).toBe(0);
  const card = readFileSync(join(folder, "card/README.md"), "utf8");
  const [, head = ""] = /^---\n(.*?)---\n/s.exec(card) ?? [];
  expect(parse(head)).toMatchObject({ base_model: "someone/tiny", tags: expect.arrayContaining(["rlvr"]) });
  expect(card).toMatch(
    /\| add \| 3 \| \d\.\d{3} \(\d\.\d{3} to \d\.\d{3}\) \| \d\.\d{3} \(\d\.\d{3} to \d\.\d{3}\) \|/,
  );
  expect(card).toMatch(/\| practice \| <code>practice.jsonl<\/code> \| 60 \| <code>[0-9a-f]{64}<\/code> \|/);
  expect(card).toContain("model: tiny\n");
  expect(card).not.toContain(folder);
  const images = [...card.matchAll(/!\[.*?\]\((.*?)\)/g)].map(([, file = ""]) => file);
  expect(images.length).toBeGreaterThan(1);
  for (const file of images) expect(readFileSync(join(folder, "card", file), "utf8")).toMatch(/^<svg /);
});

test("replaces its own folder where that is asked for, and no other", async () => {
  expect((await exported("--out", "twice")).code).toBe(0);
  const first = readdirSync(join(folder, "twice"));
  expect(await exported("--out", "twice")).toMatchObject({ code: 2, stderr: expect.stringContaining("--force") });
  expect((await exported("--out", "twice", "--force")).code).toBe(0);
  expect(readdirSync(join(folder, "twice"))).toEqual(first);
  mkdirSync(join(folder, "theirs"));
  writeFileSync(join(folder, "theirs/model.safetensors"), "theirs");
  expect((await exported("--out", "theirs", "--force")).code).toBe(2);
  expect(readFileSync(join(folder, "theirs/model.safetensors"), "utf8")).toBe("theirs");
  expect(readdirSync(folder).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
});

test.each([
  [["export", "1", "--format", "model", "--merge"], "no adapter to merge"],
  [["export", "1:0", "--format", "model"], "is its base"],
  [["export", "1:2", "--format", "html"], "goes with --format model"],
  [["export", "1", "--format", "jsonl", "--merge"], "--merge goes with --format model"],
  [["export", "1", "--format", "model", "--steps", "1-2"], "of one step"],
  [["export", "1", "--format", "model", "--push", "nobody"], "OWNER/NAME"],
  [["export", "1", "--format", "model", "--push", "a/b", "--out", "c"], "cannot be used with"],
])("refuses %j", async (args, why) => {
  expect(await rlvr(args, folder)).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
});

test("refuses damaged weights", async () => {
  const [name = ""] = readdirSync(join(folder, ".rlvr/rlvr-runs/1/trainer/epoch-1/exports")).toReversed();
  const path = join(folder, ".rlvr/rlvr-runs/1/trainer/epoch-1/exports", name, "model.safetensors");
  const whole = readFileSync(path);
  writeFileSync(path, whole.with(whole.length - 1, 1));
  const refused = await exported("--out", "damaged");
  writeFileSync(path, whole);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("damaged: model.safetensors") });
  expect(readdirSync(folder)).not.toContain("damaged");
});

let hub: FakeModelHub;
beforeEach(async () => {
  hub = await startFakeModelHub();
});
afterEach(() => hub.close());

async function pushed(token: string) {
  const python = await pythonWith(fileURLToPath(new URL("fixtures/trackers.txt", import.meta.url)));
  // Its other protocol for large files needs the hub's own servers.
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: token, HF_HUB_DISABLE_XET: "1", HF_HOME: join(folder, "hf") };
  const args = ["export", "1", "--format", "model", "--push", "me/tuned", "--python", python, "--json"];
  return rlvr(args, folder, { env });
}

test("uploads to the hub, and sends no large file twice", { timeout: 600_000 }, async () => {
  hub.failsOnce = true;
  expect(await pushed(TOKEN)).toMatchObject({ code: 1, stderr: expect.stringContaining("the hub is being mended") });
  const sent = hub.uploads;
  const { code, stdout } = await pushed(TOKEN);
  expect([code, hub.uploads, hub.summaries]).toEqual([0, sent, ["The policy of run 1 after step 2 of small, by rlvr"]]);
  expect(JSON.parse(stdout)).toMatchObject({
    repository: "me/tuned",
    where: expect.stringContaining("/me/tuned/commit/"),
  });
  expect(hub.created[0]).toMatchObject({ name: "tuned", organization: "me", visibility: "private" });
  expect((await exported("--out", "same")).code).toBe(0);
  const files = hub.repositories.get("me/tuned");
  for (const name of ["model.safetensors", "README.md", "tokenizer.json"])
    expect(files?.get(name)).toEqual(readFileSync(join(folder, "same", name)));
  expect(files?.get("graphs/step.onnx")?.length).toBe(statSync(join(folder, "same/graphs/step.onnx")).size);
  expect(readdirSync(folder).filter((name) => name.startsWith("run-1") || name.startsWith(".tmp-"))).toEqual([]);
});

test("shows no token that the hub refuses and repeats", { timeout: 600_000 }, async () => {
  const { code, stdout, stderr } = await pushed("hf_anotherToken");
  expect([code, hub.uploads]).toEqual([1, 0]);
  expect(stderr).toContain("the hub did not take the model");
  expect(stdout + stderr).not.toContain("hf_anotherToken");
});
