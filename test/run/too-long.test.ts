import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import type { ProblemsLeftOut } from "../../src/run/events.ts";
import { testSuiteOf } from "../../src/run/evaluation/open-suite.ts";
import { recipeSchema } from "../../src/config/recipe-schema.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-too-long-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A run of which those problems have long prompts that begin with a 1. */
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

test("a run does not begin with prompts that leave a completion no room, and names them", async () => {
  const refused = await run("refused");
  await expect(refused.work({ policy })).rejects.toMatchObject({
    code: "bad_problems",
    message: expect.stringMatching(
      /^\d+ of 78 prompts do not fit into the policy's 22 tokens with a completion of 8: "1[^"]+" \(practice, 22 tokens\), /,
    ),
    advice: expect.stringContaining("problems.too_long: drop"),
  });
  expect(refused.events.map(({ type }) => type)).toEqual(["run_started", "verifiers_configured", "run_ended"]);
});

test("problems that are too long are left out of practice and evaluations where the recipe says so", async () => {
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
  const [suite] = testSuiteOf(db, dropping.run(), recipeSchema.parse(dropping.run().recipe)).sets;
  expect(suite!.problems.every(({ problem }) => !problem.startsWith("1"))).toBe(true);
});

test("what was left out stays out after a resume, whatever the server takes by then", async () => {
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

test("nothing is left out where everything fits, and nothing begins where a whole set does not", async () => {
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
