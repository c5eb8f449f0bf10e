import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { withColumnTables } from "../../tools/export-reference.ts";

test("docs/exports.md tells of the columns as they are (if not: pnpm docs:exports)", () => {
  const document = readFileSync(packagePath("docs/exports.md"), "utf8");
  expect(document).toBe(withColumnTables(document));
});
