import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { readRecipe } from "../../src/run/start/read-recipe.ts";
import { startRun } from "../../src/run/start/start-run.ts";
import { openDatabase, type Database } from "../../src/tracking/database.ts";
import { listRuns } from "../../src/tracking/runs.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

let folder: string;
let db: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-templates-"));
  db = openDatabase(join(folder, "rlvr.db"));
});
afterEach(() => {
  db.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The path of a recipe whose prompt is the shipped one with more behind it. */
function recipeWith(more: string): string {
  const prompt = join(folder, "prompt.md");
  writeFileSync(prompt, `${readFileSync(packagePath("prompts/microcosm.md"), "utf8")}${more}`);
  const sets = { practice: "practice.jsonl", development: "development.jsonl", test: "test.jsonl" };
  return writeSmallRecipe(folder, { problems: { ...sets, prompt } });
}

test.each([
  ["{{ levle }}", /prompt\.md, line 9: no problem of .*practice\.jsonl has a field "levle"/],
  ["{% if hint %}{{ hint.parts | joyn('') }}{% endif %}", /line 9: there is no filter "joyn"/],
  ["{{ answer }}", /line 9: templates cannot use a problem's "answer"/],
])("refuses the template before the run is written: %s", async (more, message) => {
  const lines = readFileSync(packagePath("prompts/microcosm.md"), "utf8").split("\n").length;
  const path = recipeWith(`${"\n".repeat(9 - lines)}${more}`);
  await expect(startRun(db, readRecipe(path))).rejects.toMatchObject({
    code: "bad_recipe",
    message: expect.stringMatching(message),
  });
  expect(listRuns(db)).toEqual([]);
});

test("reports in a line each what lint finds, and what only some problems have", async () => {
  const path = recipeWith("{% if level %}{{ level }}{% endif %}");
  const [first = ""] = readFileSync(join(folder, "practice.jsonl"), "utf8").split("\n");
  const sets = ["practice", "development", "test"];
  for (const [index, set] of sets.entries())
    appendFileSync(
      join(folder, `${set}.jsonl`),
      `${JSON.stringify({ problem: `${index}+<1234${index}`, answer: "1", arm: "add", level: index })}\n`,
    );
  appendFileSync(join(folder, "practice.jsonl"), `${first}\n`);
  const notes: string[] = [];
  await startRun(db, readRecipe(path), { onNote: (note) => notes.push(note) });
  expect(notes).toEqual([
    ...sets.map((set) => expect.stringMatching(`line \\d: \\d+ of \\d+ problems of .*${set}\\.jsonl have no "level"`)),
    expect.stringMatching(
      /^Lint finds 1 duplicate-problem, 1 duplicate-id in .*practice\.jsonl\. Details: rlvr problems lint \S+practice\.jsonl --against \S+development\.jsonl --against \S+test\.jsonl$/,
    ),
  ]);
});
