import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { generatorTests } from "../../src/testing.ts";
import { rlvr } from "../support/rlvr-in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-init-generator-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("writes a generator that stands the tests of the contract, and says what to do with it", async () => {
  const init = await rlvr(["init", "generator", "sums"], folder);
  expect(init).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Wrote sums\.ts, sums\.test\.ts in /) });
  expect(init.stdout).toContain("rlvr test ./sums/sums.test.ts");
  const module = join(folder, "sums/sums.ts");
  expect(init.stdout).toContain(`problems: { sources: [{ name: sums, generate: ${module}, test: 200 }] }`);
  for (const { run } of generatorTests(pathToFileURL(module), { options: { most_digits: 4 }, problems: 20 }))
    await run();
});

test("refuses a name that no module can have, and a folder that is there", async () => {
  await expect(rlvr(["init", "generator", "My Sums"], folder)).resolves.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/a generator cannot be called "My Sums"[^]*my-sums/),
  });
  await rlvr(["init", "generator", "twice"], folder);
  await expect(rlvr(["init", "generator", "twice"], folder)).resolves.toMatchObject({ code: 2 });
});
