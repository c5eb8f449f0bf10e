import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";

const rows = readFileSync(packagePath("docs/security.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (?:attack|-+) /.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

test("the list of attacks names a test for each, which there is", () => {
  expect(rows.length).toBeGreaterThan(10);
  const missing = rows.flatMap(([, attack = "", , named = ""]) => {
    const paths = [...named.matchAll(/`([^`]+\.(?:ts|py))`/g)].map(([, path = ""]) => packagePath(path));
    if (paths.length === 0 || !paths.every((path) => existsSync(path))) return [`${attack}: no test`];
    const text = paths.map((path) => readFileSync(path, "utf8")).join("\n");
    // `...` stands for what differs between the cases of a test.
    const names = [...named.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
    const lost = names.filter((name) => !name.split("...").every((part) => text.includes(part.trim())));
    return lost.map((name) => `${attack}: no test "${name}"`);
  });
  expect(missing).toEqual([]);
});
