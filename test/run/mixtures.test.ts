import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { naturalDump } from "../resume/natural-dump.ts";
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
  expect(rows(run, first).map((row) => (row as unknown[])[1])).not.toContain(0);
});
