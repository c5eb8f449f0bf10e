import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { recipeReference } from "../../tools/recipe-reference.ts";

test("docs/recipe.md tells of the schemas as they are (if not: pnpm docs:recipe)", async () => {
  expect(readFileSync(packagePath("docs/recipe.md"), "utf8")).toBe(await recipeReference());
});

test("every option says what it means", async () => {
  const options = (await recipeReference()).split("\n").filter((line) => line.startsWith("| `"));
  expect(options.length).toBeGreaterThan(30);
  for (const option of options) expect(option).not.toMatch(/\| {2}\|$/);
});
