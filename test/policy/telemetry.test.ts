import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startRlvr } from "../support/rlvr-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "rlvr-telemetry-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("writes nothing but compiled code into the user's home, and nothing into the temporary folder", async () => {
  const [home, temporary] = ["home", "tmp"].map((name) => join(folder, name)) as [string, string];
  for (const path of [home, temporary]) mkdirSync(path);
  const recipe = writeSmallRecipe(join(folder, "project"), { steps: 1 });
  const unset = { XDG_CACHE_HOME: undefined, XDG_DATA_HOME: undefined, NODE_COMPILE_CACHE: undefined };
  const ended = await startRlvr(["run", recipe, "--json", "--db", "runs.db"], {
    cwd: join(folder, "project"),
    // As a person's shell has it: the tests themselves may have turned it off in this process.
    env: { ...unset, ORT_DISABLE_TELEMETRY: undefined, HOME: home, TMPDIR: temporary },
  }).ended;
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const files = readdirSync(home, { recursive: true, encoding: "utf8" });
  expect(files.filter((path) => !path.startsWith(join(".cache", "rlvr", "compile")))).toEqual([
    ".cache",
    join(".cache", "rlvr"),
  ]);
  expect(readdirSync(temporary)).toEqual([]);
});
