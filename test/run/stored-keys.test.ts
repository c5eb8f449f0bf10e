/** A database of an older version, which took keys in URLs, in the place of a variable's name, and in vLLM's arguments. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import type { Override } from "../../src/config/load-document.ts";
import { planResume } from "../../src/run/start/plan-resume.ts";
import { recipeChangesOf } from "../../src/tracking/recipe-changes.ts";
import { serveDatabase } from "../server/dashboard-fixture.ts";
import { plantKeys, textsBelow, type PlantedKeys } from "../support/planted-keys.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
let run: ScriptedRun;
let keys: PlantedKeys;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-stored-keys-"));
  keys = plantKeys();
  run = await scriptedRun(folder, { steps: 1, scaffold: { name: "none" } });
  await run.work();
});
afterEach(() => {
  run.db.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes into the run's recipe, as an older version would have. */
function store(section: "policy" | "teacher", options: Readonly<Record<string, unknown>>): void {
  const recipe = JSON.parse(run.db.$client.prepare("SELECT recipe FROM runs").pluck().get() as string) as Record<
    string,
    object
  >;
  const changed = { ...recipe, [section]: { ...recipe[section], ...options } };
  run.db.$client.prepare("UPDATE runs SET recipe = ?, state = 'interrupted'").run(JSON.stringify(changed));
}

const set = (path: string, value: unknown): Override => ({ path: path.split("."), value });
const plan = (...overrides: Override[]) => planResume(run.db, run.run(), [set("steps", 2), ...overrides]);

test("is shown, served and exported without them", async () => {
  store("policy", {
    url: [`http://me:${keys.of("password")}@a:8000`, `http://b/?key=${keys.of("query")}`],
    api_key_env: keys.of("name"),
  });
  const event = { path: "policy.url", before: `http://me:${keys.of("event")}@a`, after: null, step: 1, by: "person" };
  const insert = run.db.$client.prepare(
    "INSERT INTO events (run_id, step, type, data, at) VALUES (1, 1, ?, ?, '2026-01-01')",
  );
  insert.run("recipe_changed", JSON.stringify({ type: "recipe_changed", ...event }));
  insert.run(
    "recipe_changed",
    JSON.stringify({ type: "recipe_changed", ...event, path: "policy.api_key_env", before: keys.of("event's name") }),
  );
  insert.run(
    "replica_state",
    JSON.stringify({ type: "replica_state", replica: `http://me:${keys.of("replica")}@a`, state: "out", reason: "r" }),
  );
  run.db.$client
    .prepare(
      "INSERT INTO recipe_changes (run_id, step, path, before, after, by, at) VALUES (1, 1, 'policy.url', ?, ?, 'person', '2026-01-01')",
    )
    .run(JSON.stringify(`http://me:${keys.of("before")}@a`), JSON.stringify([`http://b?key=${keys.of("after")}`]));

  const outputs: Record<string, string> = {};
  for (const args of [
    ["runs"],
    ["show"],
    ["show", "--json"],
    ...["parquet", "jsonl", "tensorboard", "html"].map((format) => [
      "export",
      "--force",
      "--format",
      format,
      "--out",
      `${format}.out`,
    ]),
  ]) {
    const { code, stdout, stderr } = await rlvr([...args, "--db", "rlvr.db"], folder);
    expect([code, stderr], args.join(" ")).toEqual([0, ""]);
    outputs[args.join(" ")] = stdout;
  }
  const dashboard = await serveDatabase(run.databasePath);
  onTestFinished(() => dashboard.close());
  for (const path of ["runs", "runs/1", "compare?runs=1"]) outputs[path] = JSON.stringify(await dashboard.get(path));
  expect(outputs["runs/1"]).toContain("http://***@a");
  expect(outputs["show --json"]).toContain("http://***@a");
  keys.expectNoneIn(outputs);
  keys.expectNoneIn(await textsBelow(folder, (path) => path.includes("rlvr.db")));
}, 120_000);

test.each([
  ["url", () => `http://me:${keys.of("url")}@a:8000/v1`, "http://a:8000"],
  ["url", () => [`http://a:8000/?key=${keys.of("url")}`], ["http://a:8000"]],
  ["api_key_env", () => `sk-${keys.of("name")}`, "REFUSED"],
])("is resumed only with a policy.%s without them, which replaces the stored one", (key, stored, before) => {
  store("policy", { [key]: stored() });
  expect(() => plan()).toThrow(`policy.${key} of the recipe of run 1 holds`);
  let refusal: unknown;
  try {
    plan();
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({ code: "bad_recipe", advice: expect.stringContaining(`--set policy.${key}=`) });
  const { recipe, changes } = plan(set(`policy.${key}`, key === "url" ? "http://b:8000" : null));
  expect(recipe.policy.url).toBe(key === "url" ? "http://b:8000" : undefined);
  const after = key === "url" ? "http://b:8000" : null;
  expect(changes.filter(({ path }) => path.startsWith("policy"))).toMatchObject([
    { path: `policy.${key}`, before, after },
  ]);
  keys.expectNoneIn({ refusal: JSON.stringify(refusal) + String(refusal), changes: JSON.stringify(changes) });
});

test("is resumed without the keys among vLLM's arguments, which did not open a server that a run starts", () => {
  store("policy", { vllm: { args: ["--dtype", "auto", "--api-key", keys.of("argument")] } });
  expect(plan().recipe.policy.vllm?.args).toEqual(["--dtype", "auto"]);
  expect(recipeChangesOf(run.db, 1)).toEqual([]);
});
