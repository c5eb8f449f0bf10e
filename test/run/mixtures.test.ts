import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { plainLine } from "../../src/cli/run-view/plain-line.ts";
import { summaryText } from "../../src/cli/run-view/summary-text.ts";
import { summaryOf } from "../../src/cli/run-view/summary.ts";
import { evalPointName } from "../../src/report/charts/eval-point-name.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { someSourcesOf } from "../../src/tracking/problem-sets.ts";
import { evalPoints } from "../../src/tracking/reads/eval-points.ts";
import { newestVisit } from "../../src/tracking/reads/shared-problems.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { packagePath } from "../../src/core/package-files.ts";
import { openDatabase } from "../../src/tracking/database.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { halfRight, writeMixture } from "../support/mixture.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-mixture-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rows = ({ db }: ScriptedRun, query: string): unknown[] => db.$client.prepare(query).raw().all();

const policy = { answer: halfRight };

describe("a mixture of three sources, with three verifiers, two prompts and a curriculum over all arms", () => {
  test("judges each rollout by its own source's verifiers only, under its own source's prompt", async () => {
    const run = await scriptedRun(folder, { ...writeMixture(folder), steps: 4 });
    await run.work({ policy });
    expect(run.run().state).toBe("succeeded");
    const judged =
      "SELECT p.source, v.verifier, v.status, v.passed FROM verdicts v JOIN rollouts r ON r.id = v.rollout_id JOIN groups g ON g.id = r.group_id JOIN problems p ON p.id = g.problem_id";
    expect(rows(run, `SELECT DISTINCT source, verifier FROM (${judged}) ORDER BY 1`)).toEqual([
      ["facts", "exact"],
      ["maths", "numeric"],
      ["orders", "instructions"],
    ]);
    // Each rollout has one verdict, and of each source some passed and some did not.
    expect(rows(run, "SELECT count(*) = (SELECT count(*) FROM rollouts) FROM verdicts")).toEqual([[1]]);
    expect(
      rows(run, `SELECT source, count(DISTINCT passed), min(status) FROM (${judged}) GROUP BY source ORDER BY 1`),
    ).toEqual([
      ["facts", 2, "ok"],
      ["maths", 2, "ok"],
      ["orders", 2, "ok"],
    ]);
    expect(
      rows(run, "SELECT DISTINCT source, substr(prompt, 1, instr(prompt, ':')) FROM v_rollouts ORDER BY 1"),
    ).toEqual([
      ["facts", "Q:"],
      ["maths", "Count:"],
      ["orders", "Q:"],
    ]);
    expect(rows(run, "SELECT DISTINCT arm FROM arms WHERE step = 4 ORDER BY 1")).toEqual([
      ["facts"],
      ["maths/add"],
      ["maths/sub"],
      ["orders"],
    ]);
    expect(rows(run, "SELECT DISTINCT suite, source, arm FROM v_evals ORDER BY 1, 2, 3")).toEqual([
      ["development", "facts", "facts"],
      ["development", "maths", "maths/add"],
      ["development", "maths", "maths/sub"],
      ["test", "facts", "facts"],
      ["test", "orders", "orders"],
    ]);
    expect(rows(run, "SELECT DISTINCT source, verifier FROM v_verdicts ORDER BY 1")).toHaveLength(3);
  });

  test("resumes from a crash at any event to the same rows and the same checkpoint", async () => {
    const whole = await scriptedRun(join(folder, "whole"), writeMixture(join(folder, "whole")));
    await whole.work({ policy });
    const dump = naturalDump(whole.databasePath);
    const kinds = new Set(whole.events.map(({ type }) => type).filter((type) => type !== "run_ended"));
    for (const kind of kinds) {
      const crashed = await scriptedRun(join(folder, kind), writeMixture(join(folder, kind)));
      let left = Math.min(2, whole.events.filter(({ type }) => type === kind).length);
      const listen = ({ type }: { readonly type: string }): void => {
        if (type === kind && --left === 0) throw new Error("crashed");
      };
      await expect(crashed.work({ policy, listen }), kind).rejects.toThrow("crashed");
      await crashed.work({ policy });
      expect(crashed.hash(), kind).toBe(whole.hash());
      expect(naturalDump(crashed.databasePath), kind).toEqual(dump);
    }
  });
});

test("gives each source its weight's share of the groups, and stores the probabilities that arms were drawn with", async () => {
  const weights = { maths: { weight: 2 }, facts: { weight: 1 }, orders: { weight: 1 } };
  const run = await scriptedRun(folder, writeMixture(folder, weights));
  await run.work({ policy });
  for (const step of [1, 2])
    expect(
      rows(
        run,
        `SELECT substr(arm || '/', 1, instr(arm || '/', '/') - 1) AS source, round(sum(probability), 9) FROM arms WHERE step = ${step} GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      ["facts", 0.25],
      ["maths", 0.5],
      ["orders", 0.25],
    ]);
  // The first problem of an arm is one of all of them, drawn with the arm's probability.
  const first = `SELECT DISTINCT g.arm, abs(g.propensity * (SELECT count(*) FROM problems p WHERE p.set_id = (SELECT practice_set_id FROM runs) AND p.arm = g.arm) - a.probability) < 1e-9
    FROM groups g JOIN steps s ON s.id = g.step_id JOIN arms a ON a.run_id = s.run_id AND a.step = s.number AND a.arm = g.arm
    WHERE s.number = 1 GROUP BY g.arm HAVING g.slot = min(g.slot)`;
  const checked = rows(run, first) as [string, number][];
  expect(checked.length).toBeGreaterThan(1);
  expect(checked.map(([, isRight]) => isRight)).not.toContain(0);
});

test("asks at most evaluation.limit problems of a set, the same ones each time, as many of each arm", async () => {
  const run = await scriptedRun(folder, { ...writeMixture(folder), evaluation: { every: 1, samples: 2, limit: 5 } });
  await run.work({ policy });
  const asked = `SELECT p.arm, group_concat(DISTINCT p.position) FROM eval_results x JOIN evals e ON e.id = x.eval_id JOIN problems p ON p.id = x.problem_id
    WHERE e.suite = 'development' AND e.step = `;
  expect(rows(run, `${asked} 0 GROUP BY 1 ORDER BY 1`)).toEqual([
    ["facts", "12"],
    ["maths/add", "0,6"],
    ["maths/sub", "1,7"],
  ]);
  for (const step of [1, 2])
    expect(rows(run, `${asked} ${step} GROUP BY 1 ORDER BY 1`)).toEqual(rows(run, `${asked} 0 GROUP BY 1 ORDER BY 1`));
});

test("names the sources of a held-out set that has problems of some only", async () => {
  const run = await scriptedRun(folder, writeMixture(folder));
  await run.work({ policy });
  const { testSetId, developmentSetId, practiceSetId, recipe } = run.run();
  const named = [testSetId, developmentSetId, practiceSetId].map((set) => someSourcesOf(run.db, recipe, set));
  expect(named).toEqual([["facts", "orders"], ["maths", "facts"], []]);
  const text = summaryText(summaryOf(run.db, run.run()), "rlvr.db");
  expect(text).toContain("Held-out accuracy (test set of facts and orders alone, sampled)");
  expect(text).toContain("On the held-out test set (problems of facts and orders alone, set apart from practice)");
});

test("shows what sources of several arms came to", async () => {
  const run = await scriptedRun(folder, { ...writeMixture(folder), steps: 1 });
  await run.work({ policy });
  const points = evalPoints(run.db, run.run().id).filter(({ suite, step }) => suite === "development" && step === 1);
  expect(points.map(evalPointName)).toEqual(["all arms", "facts", "all of maths", "maths/add", "maths/sub"]);
  const [, , maths, add, sub] = points;
  expect(maths?.problems).toBe(12);
  expect(maths?.accuracy).toBeCloseTo(((add?.accuracy ?? 0) + (sub?.accuracy ?? 0)) / 2);
  const finished = run.events.filter((event) => event.type === "eval_finished");
  expect(finished[0]?.arms.map(({ source, arm }) => [source, arm])).toEqual([
    ["facts", "facts"],
    ["orders", "orders"],
  ]);
  expect(plainLine(finished[1] as RunEvent, 1)).toMatch(
    /maths\/add \S+ {2}maths\/sub \S+ {2}facts \S+ {2}all of maths \S+$/,
  );
  const [named] = finished[1]?.arms ?? [];
  const hostile = { ...finished[1], arms: ["a", "b"].map((arm) => ({ ...named, arm, source: "\u001b[2J" })) };
  expect(plainLine(hostile as RunEvent, 1)).toContain("all of \\u001b[2J");
  expect(summaryText({ ...summaryOf(run.db, run.run()), suite: "test" }, "runs.db")).toMatch(
    /facts +\S+ +\S+ +5 problems/,
  );
});

test("a fork goes on with its parent's sources, and one of other weights draws by these", async () => {
  const weights = { maths: { weight: 1 }, facts: { weight: 1 }, orders: { weight: 1 } };
  const parent = await scriptedRun(folder, writeMixture(folder, weights));
  await parent.work({ policy });
  // What files hold by now is not the run's.
  rmSync(join(folder, "count.md"));
  rmSync(join(folder, "sums.jsonl"));
  const fork = await parent.fork(1, {
    overrides: [
      { path: ["problems", "sources", "1", "weight"], value: 8 },
      { path: ["problems", "sources", "2", "verifiers", "0", "deadline_ms"], value: 500 },
    ],
  });
  await fork.work({ policy });
  expect(fork.run()).toMatchObject({ state: "succeeded", practiceSetId: parent.run().practiceSetId });
  expect(
    rows(
      fork,
      `SELECT arm, round(probability, 9) FROM arms WHERE run_id = ${fork.run().id} AND arm IN ('facts', 'orders')`,
    ),
  ).toEqual([
    ["facts", 0.8],
    ["orders", 0.1],
  ]);
  expect(
    rows(fork, `SELECT DISTINCT source, verifier FROM v_verdicts WHERE run_id = ${fork.run().id} AND source = 'facts'`),
  ).toEqual([["facts", "exact"]]);
});

test("a fork reads anew only what its options name anew", async () => {
  const parent = await scriptedRun(folder, writeMixture(folder));
  await parent.work({ policy });
  writeFileSync(join(folder, "count.md"), "Edited: {{ problem }}");
  writeFileSync(join(folder, "other.md"), "Other: {{ problem }}");
  const overrides = [{ path: ["problems", "sources", "1", "prompt"], value: "other.md" }];
  const fork = await parent.fork(1, { overrides });
  const prompts = JSON.parse(fork.run().promptTemplate) as { sources: { messages: { text: string }[] }[] };
  expect(prompts.sources.map(({ messages }) => messages[0]?.text)).toEqual([
    "Count: {{ problem }}",
    "Other: {{ problem }}",
    "Q: {{ problem }}",
  ]);
});

test("changes how a source's verifiers are run, not what they judge", async () => {
  const run = await scriptedRun(folder, writeMixture(folder));
  const change = (option: string, value: unknown) => ({ path: `problems.sources.0.${option}`.split("."), value });
  await expect(run.work({ policy, changes: [change("verifiers.0.name", "exact")] })).rejects.toThrow(
    "problems.sources.0.verifiers.0.name cannot change in a run: rewards before and after would not mean the same",
  );
  await expect(run.work({ policy, changes: [change("weight", 3)] })).rejects.toThrow(
    "either all sources have a weight",
  );
  await run.work({ policy, changes: [change("verifiers.0.deadline_ms", 700)] });
  expect(run.events).toContainEqual(
    expect.objectContaining({ type: "recipe_changed", path: "problems.sources.0.verifiers.0.deadline_ms", after: 700 }),
  );
});

test(
  "the shipped mixture runs on the real policy, and its card and chat tell its prompts apart",
  { timeout: 60_000 },
  async () => {
    const options = ["--steps", "2", "--set", "sampling.groups=6", "--set", "evaluation.limit=6", "--json"];
    const started = await rlvr(["run", packagePath("curricula/microcosm-mixture.yaml"), ...options], folder);
    expect(started.code).toBe(0);
    const db = openDatabase(join(folder, ".rlvr/rlvr.db"));
    const found = db.$client
      .prepare(
        "SELECT DISTINCT source, verifier, substr(prompt, 1, 1) FROM v_verdicts JOIN v_rollouts USING (rollout_id, source) ORDER BY 1",
      )
      .raw()
      .all();
    db.$client.close();
    expect(found).toEqual([
      ["chains", "exact", "_"],
      ["zeros", "regex", "S"],
    ]);

    // Its prompts are several.
    expect(await rlvr(["chat", "1", "--template", "3+>52643"], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--source NAME, one of: chains, zeros"),
    });
    await rlvr(["export", "1", "--format", "model", "--out", "shipped"], folder);
    const card = readFileSync(join(folder, "shipped/README.md"), "utf8");
    expect(card).toContain("practice.jsonl, practice.jsonl");
    expect(card).toMatch(/zeros, user:\n\n```jinja\nS_____\{\{ problem \}\}/);
  },
);

test("stops when one source never has a verdict, whatever the others have", async () => {
  writeFileSync(
    join(folder, "broken.mjs"),
    `export default { name: "own", version: "1", options: { safeParse: (data) => ({ success: true, data }) },
      verify() { throw new Error("no route to judge"); } };`,
  );
  const broken = { orders: { verifiers: [{ name: join(folder, "broken.mjs") }] } };
  const run = await scriptedRun(folder, { ...writeMixture(folder, broken), steps: 9, verifiers_missing_limit: 2 });
  await expect(run.work({ policy })).rejects.toMatchObject({
    code: "verifier_failed",
    message: expect.stringMatching(
      /on the last 2 groups of the source orders; the first error: own: .*no route to judge/,
    ),
  });
  expect(rows(run, "SELECT count(*) > 2 FROM v_verdicts WHERE status = 'ok'")).toEqual([[1]]);
});

test("of a problem that two sources have, runs are compared by the visits of the same source", async () => {
  writeFileSync(join(folder, "one.jsonl"), JSON.stringify({ problem: "1 + 2", answer: "3" }));
  const sources = [
    { name: "maths", file: "one.jsonl", verifiers: [{ name: "numeric" }] },
    { name: "again", file: "one.jsonl", prompt: "count.md", verifiers: [{ name: "exact" }] },
  ];
  const { problems, ...recipe } = writeMixture(folder);
  const run = await scriptedRun(folder, { ...recipe, problems: { ...problems, sources } });
  await run.work({ policy });
  const visited = "SELECT p.source, p.id FROM problems p JOIN groups g ON g.problem_id = p.id ";
  const visits = rows(run, `${visited} GROUP BY p.id`) as [string, number][];
  expect(visits.map(([source]) => source)).toEqual(["maths", "again"]);
  for (const [source, id] of visits) {
    const visit = newestVisit(run.db, run.run().id, { problem: id }, 9);
    expect(rows(run, `SELECT source FROM v_rollouts WHERE group_id = ${visit?.groupId} LIMIT 1`)).toEqual([[source]]);
  }
});
