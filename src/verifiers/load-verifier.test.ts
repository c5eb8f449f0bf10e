import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { loadVerifier } from "./load-verifier.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-registry-"));
afterAll(() => rmSync(folder, { recursive: true }));

function moduleOf(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

it("loads what comes with rlvr by name", async () => {
  expect((await loadVerifier("numeric")).name).toBe("numeric");
});

it("names the nearest of an unknown name", async () => {
  await expect(loadVerifier("exat")).rejects.toMatchObject({
    code: "unknown_name",
    advice: expect.stringContaining('"exact"'),
  });
});

it("loads the default export of a module", async () => {
  const path = moduleOf(
    "own.mjs",
    `export default { name: "own", version: "1", options: { safeParse: (data) => ({ success: true, data }) }, verify() {} };`,
  );
  expect((await loadVerifier(path)).name).toBe("own");
});

it("says what is wrong with a module", async () => {
  await expect(loadVerifier(join(folder, "nowhere.ts"))).rejects.toMatchObject({ code: "missing_file" });
  await expect(loadVerifier(moduleOf("throws.mjs", `throw new Error("at load");`))).rejects.toMatchObject({
    code: "verifier_failed",
    message: expect.stringContaining("at load"),
  });
  await expect(loadVerifier(moduleOf("other.mjs", `export default { name: "x" };`))).rejects.toMatchObject({
    code: "verifier_failed",
    message: expect.stringContaining("default export"),
  });
});
