import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "../../core/files/files.ts";
import { encodeSafetensors } from "../../core/safetensors.ts";
import { decodeModel } from "./checkpoint.ts";
import { readProtocolFile } from "./json.ts";
import { controlAnswer, controlRequest, exportManifest, heartbeat } from "./schemas.ts";
import { directoryFault, readVerified } from "./verified-directory.ts";
import { waitForFile } from "./wait-for-file.ts";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-hostile-trainer-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function writeManifest(file: string): void {
  const manifest = { protocol: 1, kind: "export", policy_version: 1, files: { [file]: sha256("x") } };
  writeFileSync(at("manifest.json"), JSON.stringify(manifest));
}

describe("a manifest", () => {
  test.each(["../x", "/etc/passwd", "a/b", "..", "a\0b", ""])("that names %j as a file is refused", async (name) => {
    writeManifest(name);
    await expect(readVerified(folder, exportManifest, 0)).rejects.toMatchObject({ code: "protocol_violation" });
    expect(await directoryFault(folder, exportManifest)).toMatch("manifest.json is not what trainer protocol 1 says");
  });

  test.each([
    ["a pipe", () => execFileSync("mkfifo", [at("weights")])],
    ["a device", () => symlinkSync("/dev/zero", at("weights"))],
  ])("whose file is %s is refused at once", async (_, make) => {
    writeManifest("weights");
    make();
    await expect(readVerified(folder, exportManifest, 0)).rejects.toThrow("it is not a regular file");
    expect(await directoryFault(folder, exportManifest)).toMatch("it is not a regular file");
  });
});

test.each(["../../elsewhere", "/etc", "a/../b", "", "a//b"])(
  "an answer whose directory is %j is refused",
  (directory) => {
    const answer = { ok: true, policy_version: 1, export: { directory }, trainer: { name: "t", versions: {} } };
    expect(controlAnswer.safeParse(answer).success).toBe(false);
    expect(controlRequest.safeParse({ kind: "train", batch: directory }).success).toBe(false);
  },
);

test("a heartbeat that never ends, and an answer that is a pipe, are refused", async () => {
  writeFileSync(at("heartbeat.json"), " ".repeat(5_000_000));
  expect(() => readProtocolFile(heartbeat, at("heartbeat.json"))).toThrow("it has 5000000 bytes, more than 4194304");
  execFileSync("mkfifo", [at("answer.json")]);
  await expect(waitForFile(at("answer.json"), new AbortController().signal)).rejects.toMatchObject({
    code: "protocol_violation",
  });
});

test("a policy of more parameters than its weights have bytes is refused before there is room for them", () => {
  const bytes = encodeSafetensors({ w: { type: "F32", shape: [1], data: Float32Array.of(1) } });
  expect(() => decodeModel(bytes, [["w", [2 ** 40, 2 ** 20]]], "weights")).toThrow(
    /weights does not fit: w has shape \[1\], the policy's is/,
  );
});
