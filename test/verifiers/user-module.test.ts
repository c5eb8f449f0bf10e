import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rlvr } from "../support/rlvr-process.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-module-"));
  writeFileSync(
    join(folder, "even.ts"),
    `import { defineVerifier } from "rlvr";
     import { z } from "zod";
     export default defineVerifier({
       name: "even",
       version: "1",
       options: z.strictObject({ base: z.int().default(2) }),
       verify: ({ response }, { base }) => ({ passed: Number(response) % base === 0, extracted: response.trim() }),
     });`,
  );
  const lines = ["4", "5"].map((response) => JSON.stringify({ answer: "", response }));
  writeFileSync(join(folder, "responses.jsonl"), lines.join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a module outside of any project imports rlvr and zod, and judges with its options checked", async () => {
  const args = ["verify", join(folder, "even.ts"), "--input", "responses.jsonl"];
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
