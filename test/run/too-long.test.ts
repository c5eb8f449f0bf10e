import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import type { ProblemsLeftOut } from "../../src/run/events.ts";
import { heldOutSuiteOf } from "../../src/run/evaluation/open-suite.ts";
import { recipeSchema } from "../../src/config/recipe-schema.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-too-long-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A run in which the problems that begin with a 1 have long prompts. */
function run(name: string, tooLong?: "drop" | "refuse"): Promise<ScriptedRun> {
  const prompt = join(folder, "prompt.md");
  const template = readFileSync(packagePath("prompts/microcosm.md"), "utf8");
  writeFileSync(prompt, `${template}{% if problem[0] == "1" %}{{ "00000000" }}{% endif %}`);
  const problems = {
    practice: "practice.jsonl",
    development: "development.jsonl",
    test: "test.jsonl",
    prompt,
    ...(tooLong !== undefined && { too_long: tooLong }),
  };
  return scriptedRun(join(folder, name), { problems });
}

/** Room for a hint of six tokens, a problem of eight and a completion of eight. */
const policy = { maxModelLength: 22 };

const leftOutOf = ({ events }: ScriptedRun): ProblemsLeftOut =>
  events.find((event) => event.type === "problems_left_out") as ProblemsLeftOut;

function ids({ db }: ScriptedRun, query: string): number[] {
  return db.$client.prepare(query).pluck().all() as number[];
}

test("refuses prompts that leave no room for a completion, and names them", async () => {
  const refused = await run("refused");
  await expect(refused.work({ policy })).rejects.toMatchObject({
    code: "bad_problems",
    message: expect.stringMatching(
      /^\d+ of 78 prompts do not fit into the policy's 22 tokens with a completion of 8: "1[^"]+" \(practice, 22 tokens\), /,
    ),
    advice: expect.stringContaining("problems.too_long: drop"),
  });
  expect(refused.events.map(({ type }) => type)).toEqual([
    "run_started",
    "verifiers_configured",
    "policy_starting",
    "run_ended",
  ]);
});

test("leaves problems that are too long out of practice and evaluations with too_long: drop", async () => {
  const dropping = await run("dropping", "drop");
  await dropping.work({ policy });
  expect(dropping.run().state).toBe("succeeded");
  const event = leftOutOf(dropping);
  const long = ids(dropping, "SELECT id FROM problems WHERE problem LIKE '1%' ORDER BY id");
  expect(event).toMatchObject({ reason: "too_long", measured: 78, maxModelLength: 22, maxTokens: 8 });
  expect(event.ids).toEqual(long);
  expect(long.length).toBeGreaterThan(0);
  expect(event.first[0]).toMatchObject({ set: "practice", tokens: 22 });
  expect(ids(dropping, "SELECT count(*) FROM events WHERE type = 'problems_left_out'")).toEqual([1]);
  const asked = ids(dropping, "SELECT problem_id FROM groups UNION SELECT problem_id FROM eval_results");
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((id) => long.includes(id))).toEqual([]);
  const { db } = dropping;
  const [suite] = heldOutSuiteOf(db, dropping.run(), recipeSchema.parse(dropping.run().recipe)).sets;
  expect(suite!.problems.every(({ problem }) => !problem.startsWith("1"))).toBe(true);
});

test("keeps leaving out the same problems after a resume, even where the server has a longer context", async () => {
  const whole = await run("whole", "drop");
  await whole.work({ policy });
  const resumed = await run("resumed", "drop");
  const listen = ({ type }: { readonly type: string }): void => {
    if (type === "step_finished") throw new Error("crashed");
  };
  await expect(resumed.work({ policy, listen })).rejects.toThrow("crashed");
  await resumed.work({ policy: { maxModelLength: 4096 } });
  expect(resumed.hash()).toBe(whole.hash());
  expect(naturalDump(resumed.databasePath)).toEqual(naturalDump(whole.databasePath));
});

test("leaves out nothing where all prompts fit, and refuses a set of which none fits", async () => {
  const fitting = await run("fitting", "drop");
  await fitting.work();
  expect(leftOutOf(fitting)).toMatchObject({ ids: [], first: [], maxModelLength: 4096 });
  const plain = await run("plain");
  await plain.work();
  expect(fitting.hash()).toBe(plain.hash());
  const empty = await run("empty", "drop");
  await expect(empty.work({ policy: { maxModelLength: 12 } })).rejects.toMatchObject({
    code: "bad_problems",
    message: expect.stringContaining("no problem of the practice set would be left: 78 of 78 prompts"),
  });
});
