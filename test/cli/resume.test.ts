import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDirectory } from "../../src/tracking/database.ts";
import { lockRun } from "../../src/tracking/run-lock.ts";
import { setRunState } from "../../src/tracking/runs.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
let run: ScriptedRun;
const ask = (...args: string[]) => rlvr([...args, "--db", run.databasePath], folder);
const changeCount = (): unknown =>
  run.db.$client.prepare("SELECT total_changes() + (SELECT count(*) FROM events)").pluck().get();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-resume-"));
  run = await scriptedRun(folder, { steps: 2 });
  await run
    .work({
      listen(event) {
        if (event.type === "step_started" && event.step === 2) throw new Error("killed");
      },
    })
    .catch(() => undefined);
  await run.work({ changes: [{ path: ["trainer", "learning_rate"], value: 0.002 }] });
});
afterAll(() => {
  run.db.$client.close();
  rmSync(folder, { recursive: true });
});

test("says that a finished run is finished, and changes nothing", async () => {
  const before = changeCount();
  const told = await ask("resume", "1");
  expect([told.code, told.stdout]).toEqual([
    0,
    `run 1 (small) is finished: it has done 2 steps. To extend it: rlvr resume --db ${run.databasePath} 1 --steps 4\n`,
  ]);
  const json = await ask("resume", "1", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({ type: "summary", runId: 1, state: "succeeded" });
  expect((await ask("resume")).stderr).toContain("every run is finished");
  expect(changeCount()).toBe(before);
});

test("refuses options before anything is shown, with what can be changed", async () => {
  const fixed = await ask("resume", "1", "--set", "sampling.groups=64");
  expect([fixed.code, fixed.stdout]).toEqual([2, ""]);
  expect(fixed.stderr).toMatch(
    /sampling\.groups cannot change in a run: .*\nWhat can: steps, token_budget, trainer\./s,
  );
  const unknown = await ask("resume", "1", "--set", "trainer.lerning_rate=1");
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean "learning_rate"?')]);
  const early = await ask("resume", "1", "--steps", "1");
  expect([early.code, early.stderr]).toEqual([2, expect.stringContaining("has begun step 2 already")]);
  const finished = await ask("resume", "1", "--set", "trainer.learning_rate=1");
  expect([finished.code, finished.stderr]).toEqual([
    2,
    expect.stringContaining(`rlvr resume --db ${run.databasePath} 1 --steps 4`),
  ]);
});

test("shows the changes of a run's recipe", async () => {
  const { changes } = JSON.parse((await ask("show", "1", "--json")).stdout) as { changes: unknown[] };
  expect(changes).toMatchObject([
    { step: 3, path: "trainer.learning_rate", before: 0.001, after: 0.002, by: "person" },
  ]);
  expect((await ask("show", "1")).stdout).toMatch(/Changes of the recipe[^]*3 +trainer\.learning_rate +0\.001 +0\.002/);
  const page = join(folder, "report.html");
  await ask("export", "1", "--format", "html", "--out", page);
  expect(readFileSync(page, "utf8")).toContain("changed from step");
  const answer = await ask("sql", "--query", "recipe-changes", "--json");
  expect(JSON.parse(answer.stdout)).toMatchObject([{ step: 3, path: "trainer.learning_rate", by: "person" }]);
});

test("lists and shows a killed run as stopped, and one that works as running", async () => {
  setRunState(run.db, 1, "running");
  const states = async (): Promise<unknown[]> => [
    (JSON.parse((await ask("runs", "--json")).stdout) as { state: string }[])[0]?.state,
    (JSON.parse((await ask("show", "--json")).stdout) as { state: string }).state,
  ];
  expect(await states()).toEqual(["stopped", "stopped"]);
  const shown = (await ask("show")).stdout;
  expect(shown).toContain("run 1 (small): stopped, seed 5");
  expect(shown).toContain(`rlvr resume --db ${run.databasePath} 1 goes on`);
  const lock = lockRun(runDirectory(run.databasePath, 1), 1);
  expect(await states()).toEqual(["running", "running"]);
  expect((await ask("resume")).stderr).toContain("another process is working on run 1");
  lock.release();
  setRunState(run.db, 1, "succeeded");
});

test("says how to bring a database of an older version up to date", async () => {
  const old = join(folder, "old.db");
  const fixture = join(import.meta.dirname, "../tracking/fixtures/mid-run-0004.db.gz");
  writeFileSync(old, gunzipSync(readFileSync(fixture)));
  for (const command of [["runs"], ["show"], ["eval", "--run", "1"]]) {
    const { code, stderr } = await rlvr([...command, "--db", old], folder);
    expect([code, stderr], command[0]).toEqual([2, expect.stringContaining("Bring it up to date with: rlvr resume")]);
  }
});
