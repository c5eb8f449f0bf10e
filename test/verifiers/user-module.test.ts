import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createVerifierPool, type VerifierPool } from "../../src/verifiers/pool/pool.ts";
import { resolveReference } from "../../src/verifiers/resolve-reference.ts";
import { rlvr } from "../support/rlvr-in-process.ts";

let folder: string;
let pool: VerifierPool;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-module-"));
  pool = createVerifierPool({ workers: 1 });
});
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, source: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  return path;
}

const describeModule = (verifier: string, options: unknown = {}) => pool.describe({ verifier, options });

const OWN = `export default { name: "own", version: "1", options: { safeParse: (data) => ({ success: true, data }) }, verify() {} };`;

const EVEN = `
import { defineVerifier } from "rlvr";
import { z } from "zod";
export default defineVerifier({
  name: "even",
  version: "1",
  options: z.strictObject({ base: z.int().default(2) }),
  verify: ({ response }, { base }) => ({ passed: Number(response) % base === 0, extracted: response.trim() }),
});`;

it("a module outside of any project imports rlvr and zod, and judges with its options checked", async () => {
  write("even.ts", EVEN);
  write("responses.jsonl", ["4", "5"].map((response) => JSON.stringify({ answer: "", response })).join("\n"));
  const args = ["verify", "./even.ts", "--input", "responses.jsonl"];
  const judged = await rlvr(args, folder);
  const verdicts = judged.stdout
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { passed: boolean }).passed);
  expect({ verdicts, code: judged.code }).toEqual({ verdicts: [true, false], code: 0 });
  const refused = await rlvr([...args, "--set", "bose=3"], folder);
  expect(refused.stderr).toContain('unknown key "bose"; did you mean "base"?');
  expect(refused.code).toBe(2);
});

it("a package that is installed in the folder or above it is found by its name", async () => {
  const manifest = { name: "@me/judge", type: "module", exports: { import: "./lib/main.mjs" } };
  write("node_modules/@me/judge/package.json", JSON.stringify(manifest));
  const path = write("node_modules/@me/judge/lib/main.mjs", OWN);
  write("recipes/responses.jsonl", "");
  const verified = await rlvr(["verify", "@me/judge", "--input", "responses.jsonl"], join(folder, "recipes"));
  expect({ code: verified.code, stderr: verified.stderr }).toMatchObject({ code: 0 });
  expect((await describeModule(path)).name).toBe("own");
  const unknown = await rlvr(["verify", "exat", "--input", "responses.jsonl"], join(folder, "recipes"));
  expect(unknown.stderr).toMatch(/no verifier "exat"[\s\S]*Did you mean "exact"/);
  expect(unknown.code).toBe(2);
  expect(() => resolveReference("@me/jugde", folder)).toThrow(/no verifier "@me\/jugde"/);
});

describe("describing a module", () => {
  it("hashes its source with all that it imports", async () => {
    const source = `import { limit } from "./shared.mjs"; void limit; ${OWN}`;
    for (const [part, limit] of Object.entries({ a: 1, b: 2, c: 1 })) {
      write(`${part}/shared.mjs`, `export const limit = ${limit};`);
      write(`${part}/verifier.mjs`, source);
    }
    const hash = async (part: string) => (await describeModule(join(folder, part, "verifier.mjs"))).sourceSha256;
    const [a, b, c] = [await hash("a"), await hash("b"), await hash("c")];
    expect(a).toBe(c);
    expect(b).not.toBe(a);
  });

  it.each([
    ["throws.mjs", `throw new Error("at load");`, /at load/, /throws while it loads/],
    ["other.mjs", `export default { name: "x" };`, /default export/, /defineVerifier/],
    ["thinking.mjs", OWN.replace("version:", 'thinking: "all", version:'), /`thinking`/, /left out, it is "auto"/],
    ["enum.ts", `enum Colour { red }\nexport default Colour;`, /enum/, /erasable/],
    ["import.ts", `import { x } from "./helper"; export default x;`, /helper/, /needs its ending/],
    ["missing.ts", `import { x } from "no-such-package"; export default x;`, /no-such-package/, /installed beside/],
    ["view.tsx", `export default 1;`, /tsx/, /\.tsx does not load/],
    ["node_modules/ts-only/index.ts", `export default 1 as number;`, /node_modules/, /ship JavaScript/],
  ])("says what is wrong with %s and what to do", async (name, source, message, advice) => {
    await expect(describeModule(write(name, source))).rejects.toMatchObject({
      code: "verifier_failed",
      message: expect.stringMatching(message),
      advice: expect.stringMatching(advice),
    });
  });

  it("never takes down who asks: a module that exits while it loads is refused", async () => {
    await expect(describeModule(write("exits.mjs", "process.exit(0);"))).rejects.toMatchObject({
      code: "verifier_failed",
      message: expect.stringContaining("exit code 0"),
    });
    await expect(describeModule(join(folder, "nowhere.ts"))).rejects.toMatchObject({ code: "missing_file" });
  });
});
