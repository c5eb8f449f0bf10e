import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";

const PAGES = globSync(["README.md", "docs/**/*.md", "python/README.md", "curricula/*.yaml"], {
  cwd: packagePath("."),
});

test("the scripts that pages tell people to start are there", () => {
  const { scripts } = JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as { scripts: object };
  const named = PAGES.flatMap((page) =>
    [...readFileSync(packagePath(page), "utf8").matchAll(/\bpnpm@12\s+(?:run )?([a-z][\w:]*)/g)].map(
      ([, name]) => name,
    ),
  );
  expect(new Set(named)).toContain("model:smollm2");
  expect([...new Set(named)].filter((name = "") => !Object.hasOwn(scripts, name))).toEqual([]);
});
