import BetterSqlite3 from "better-sqlite3";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { checkJobs } from "../../src/cli/study/check-jobs.ts";
import { loadStudy } from "../../src/config/load-study.ts";
import { packagePath } from "../../src/core/package-files.ts";
import { planJobs } from "../../src/evals/study-plan.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { processesIn, startRlvr, type Ended } from "../support/rlvr-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

let folder: string;
const events: { readonly type: string; readonly job?: string; readonly runId?: number | null }[] = [];

const study = {
  name: "tiny",
  title: "A tiny study",
  recipe: "recipe.yaml",
  set: { steps: 2, sampling: { groups: 2, group_size: 4, max_tokens: 8 }, "evaluation.samples": 1 },
  bases: { shipped: {} },
  target: { accuracy: 0.99 },
  experiments: [
    {
      name: "main",
      title: "Curricula",
      bases: ["shipped"],
      seeds: [1, 2],
      variants: {
        uniform: { curriculum: { name: "uniform" }, scaffold: { name: "none" } },
        sec: { curriculum: { name: "sec" }, scaffold: { name: "none" } },
      },
    },
  ],
  comparisons: [
    { experiment: "main", of: "sec", to: "uniform", arm: "add", figure: "final_accuracy" },
    { experiment: "main", of: "sec", to: "uniform", figure: "tokens_to_target" },
  ],
};

const [experiment] = study.experiments;

function writeStudy(changes: object = {}): void {
  writeFileSync(join(folder, "study.yaml"), stringify({ ...study, ...changes }));
}

/** Runs the study and kills it, or asks it to end, when a condition on its events first holds: a second SIGINT ends it at once. */
function work(stop?: { readonly signal: NodeJS.Signals; readonly when: (type: string) => boolean }): Promise<Ended> {
  let isStopped = false;
  const started = startRlvr(["study", "study.yaml", "--jobs", "2", "--json"], {
    cwd: folder,
    onLine: (line) => {
      const event = JSON.parse(line) as (typeof events)[number];
      events.push(event);
      if (isStopped || stop?.when(event.type) !== true) return;
      isStopped = true;
      started.child.kill(stop.signal);
    },
  });
  return started.ended;
}

function query(sql: string): Record<string, unknown>[] {
  const db = new BetterSqlite3(join(folder, ".rlvr/studies/tiny.db"), { readonly: true });
  try {
    return db.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    db.close();
  }
}

function written(): Record<string, string> {
  const out = join(folder, "docs/studies");
  return Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), "utf8")]));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-study-"));
  writeSmallRecipe(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a study that is interrupted and then killed goes on until every run was made once", async () => {
  writeStudy();
  const interrupted = await work({ signal: "SIGINT", when: (type) => type === "job_step" });
  expect(interrupted.code).toBe(130);
  expect(interrupted.stderr).toMatch(/study tiny was interrupted with \d of 4 runs done\nGo on with the same command/);
  expect(query("SELECT state FROM runs")).toContainEqual({ state: "interrupted" });

  const killed = await work({ signal: "SIGKILL", when: (type) => type === "job_finished" });
  expect(killed.signal).toBe("SIGKILL");
  while (processesIn(folder).length > 0) await sleep(20);
  const before = query("SELECT id, finished_at FROM runs WHERE state = 'succeeded'");
  expect(before.length).toBeGreaterThan(0);
  const known = new Set(query("SELECT name FROM runs").map(({ name }) => name));
  const earlier = events.length;

  expect((await work()).code).toBe(0);
  const names = query("SELECT name FROM runs WHERE state = 'succeeded' ORDER BY name").map(({ name }) => name);
  expect(names).toEqual([
    "tiny/sec/shipped/1",
    "tiny/sec/shipped/2",
    "tiny/uniform/shipped/1",
    "tiny/uniform/shipped/2",
  ]);
  expect(query("SELECT count(*) AS runs FROM runs")).toEqual([{ runs: 4 }]);
  const ids = before.map(({ id }) => id).join(",");
  expect(query(`SELECT id, finished_at FROM runs WHERE id IN (${ids})`)).toEqual(before);
  // Of a run whose process was killed before it wrote a row, there is nothing to go on with.
  const anew = events.slice(earlier).filter((event) => event.type === "job_started" && event.runId === null);
  expect(anew.filter(({ job }) => known.has(job))).toEqual([]);
  expect(query("SELECT DISTINCT step FROM metrics ORDER BY step")).toEqual([{ step: 1 }, { step: 2 }]);
}, 120_000);

test("its report is made from the database alone, the same bytes every time", async () => {
  const first = written();
  expect(Object.keys(first).sort()).toEqual(["tiny-main-shipped.svg", "tiny.md"]);
  expect(first["tiny.md"]).toContain("All 4 runs are finished.");
  expect(first["tiny.md"]).toMatch(/\| sec \| \.\d\d ± .* \| 2 of 2 \|/);
  expect(first["tiny-main-shipped.svg"]).toMatch(/^<svg .*uniform.*<\/svg>\n$/s);
  rmSync(join(folder, "docs"), { recursive: true });
  const again = await rlvr(["study", "study.yaml", "--report"], folder);
  expect(again).toMatchObject({ code: 0, stderr: "" });
  expect(written()).toEqual(first);
});

test("a run that fails is told with what it printed, and does not keep the others from being counted", async () => {
  writeFileSync(join(folder, "unreadable.jsonl"), '{"problem": "§", "answer": "1"}\n');
  const variants = {
    ...experiment?.variants,
    broken: { "problems.practice": "unreadable.jsonl", scaffold: { name: "none" } },
  };
  writeStudy({ experiments: [{ ...experiment, seeds: [1], variants }] });
  const ended = await rlvr(["study", "study.yaml"], folder);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain("[3/3] tiny/broken/shipped/1 failed: exit code 2");
  expect(ended.stdout).toContain("§");
  expect(ended.stderr).toContain("1 runs failed");
  expect(written()["tiny.md"]).toContain("`tiny/broken/shipped/1` (not started)");
});

test("a study that was changed since its runs were made is refused", async () => {
  writeStudy({ set: { ...study.set, "trainer.epochs": 3 } });
  const changed = await rlvr(["study", "study.yaml"], folder);
  expect(changed.code).toBe(2);
  expect(changed.stderr).toContain("trainer.epochs was 2 and is 3 now");
});

test("a bad option is told before anything runs, with the run that has it", async () => {
  const refused = async (variant: object): Promise<void> => {
    const variants = { ...experiment?.variants, odd: variant };
    writeStudy({ experiments: [{ ...experiment, variants }] });
    const odd = loadStudy(join(folder, "study.yaml"));
    await checkJobs(odd.recipe, planJobs(odd));
  };
  await expect(refused({ "trainer.epoch": 3 })).rejects.toThrow(/tiny\/odd\/shipped\/1: .*did you mean "epochs"/s);
  await expect(refused({ "curriculum.tau": 3 })).rejects.toThrow(/tiny\/odd\/shipped\/1: .*unknown key "tau"/s);
});

test("every run of the shipped study has a usable recipe", async () => {
  const shipped = loadStudy(packagePath("evals/studies/cliff.yaml"));
  const jobs = await checkJobs(shipped.recipe, planJobs(shipped));
  expect(jobs.length).toBeGreaterThan(90);
  expect(jobs.every(({ name, recipe }) => recipe.name === name && recipe.token_budget !== undefined)).toBe(true);
});
