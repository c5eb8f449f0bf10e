import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { generatorTests } from "../../src/testing.ts";
import { askGenerator } from "../../src/verifiers/generators/ask-generator.ts";
import { createVerifierPool } from "../../src/verifiers/pool/pool.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-generators-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ZOD = pathToFileURL(createRequire(import.meta.url).resolve("zod")).href;

function moduleOf(parts: { readonly options?: string; readonly before?: string; readonly generate: string }): string {
  const { options = "z.strictObject({})", before = "", generate } = parts;
  const path = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(
    path,
    `import { z } from ${JSON.stringify(ZOD)};
${before}
export default { name: "own", version: "1", options: ${options}, arms: () => ["easy", "hard"],
  async generate({ arm, index, seed, random }) { ${generate} } };`,
  );
  return path;
}

async function failuresOf(path: string, contract = {}): Promise<string[]> {
  const failures: string[] = [];
  for (const { name, run } of generatorTests(pathToFileURL(path), contract))
    await run().catch((error: Error) => failures.push(`${name}: ${error.message}`));
  return failures;
}

test("the shipped generator stands the tests of the contract", async () => {
  expect(await failuresOf(packagePath("curricula/microcosm/chains.js"))).toEqual([]);
});

test("the tests of the contract find options that go unnoticed, problems that change or repeat, and answers that are none", async () => {
  const bad = moduleOf({
    options: "z.looseObject({})",
    before: "let count = 0;",
    generate:
      'if (arm === "easy") return { problem: `${count++}`, answer: 1 }; return { problem: String(index % 10), answer: "1" };',
  });
  expect(await failuresOf(bad)).toEqual([
    "refuses options that it does not know: a misspelt option would go unnoticed: declare the options with z.strictObject",
    expect.stringMatching(/^makes problems with .*: problem 0 of the arm "easy": its `answer` is no text/),
    expect.stringMatching(/^makes the same problem .*: problem 0 of the arm "easy": first .*"0".*, then .*"/),
    expect.stringMatching(/^makes different problems .*: of 100 problems of the arm "hard" 10 are different/),
  ]);
});

test("in its worker, one that hangs or ends its process is stopped, and named with arm and index", async () => {
  const path = moduleOf({
    generate: `if (index === 1) for (;;);
      if (index === 2) process.exit(3);
      return { problem: arm + index, answer: String(seed) };`,
  });
  const pool = createVerifierPool({ workers: 1 });
  try {
    const entry = { path, options: {}, deadlineMs: 300, memoryMb: 256 };
    const generator = await askGenerator(pool, entry);
    const ask = (index: number) =>
      generator.problems([0, index].map((each) => ({ arm: "hard", index: each, seed: 7 })));
    const failed = (index: number, what: string): unknown =>
      expect.objectContaining({
        code: "generator_failed",
        message: expect.stringContaining(`${path} failed for problem ${index} of the arm "hard": ${what}`) as unknown,
      });
    await expect(ask(1)).rejects.toEqual(failed(1, "it ran past its deadline of 300 ms"));
    await expect(ask(2)).rejects.toEqual(failed(2, "its process ended with exit code 3"));
    // The workers go on with others.
    expect(await ask(4)).toEqual(["hard0", "hard4"].map((problem) => ({ problem, answer: "7" })));
  } finally {
    await pool.close();
  }
});

test("refuses options that the module does not take, a module that throws while it loads, and arms that are none", async () => {
  const pool = createVerifierPool({ workers: 1 });
  const ask = (path: string, options = {}) => askGenerator(pool, { path, options, deadlineMs: 1000, memoryMb: 256 });
  try {
    const good = moduleOf({ generate: "" });
    await expect(ask(good, { levels: 3 })).rejects.toMatchObject({
      code: "bad_recipe",
      message: expect.stringContaining('bad options of generator "own"'),
    });
    const throwing = moduleOf({ before: 'throw new Error("no words");', generate: "" });
    await expect(ask(throwing)).rejects.toMatchObject({
      code: "generator_failed",
      message: expect.stringMatching(/generator module .* does not load: no words/),
    });
    const armless = moduleOf({ before: "", generate: "}, arms() { return []; }, other() {" });
    await expect(ask(armless)).rejects.toThrow("its arms are no list of 1 to 1000 different names");
  } finally {
    await pool.close();
  }
});
