import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDirectory } from "../../src/tracking/database.ts";
import { launchChromium } from "../support/chromium.ts";
import { startDashboard, type DashboardProcess } from "../support/dashboard-process.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { coloursOf, openWatchedPage } from "../support/watched-page.ts";

const HOSTILE = `<img src=x onerror="pwned=1"><script>pwned=1</script>{marker|x}\u001B[31mred\u202Eback\u0000`;
const LONG = `${HOSTILE}${"0123456789".repeat(110_000)}end of it`;

const cwd = mkdtempSync(join(tmpdir(), "rlvr-hostile-"));
const db = join(cwd, "rlvr.db");
let groupOfLong = 0;
let dashboard: DashboardProcess;
let browser: Browser;

beforeAll(async () => {
  expect((await rlvr(["run", "--db", db, "--steps", "3", "--set", "sampling.groups=4"], cwd)).code).toBe(0);
  poison();
  [dashboard, browser] = await Promise.all([startDashboard(db, cwd), launchChromium()]);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await dashboard?.stop();
  rmSync(cwd, { recursive: true, force: true });
});

/** Puts a text that tries everything wherever a model, a problem set, a verifier or a recipe can put one. */
function poison(): void {
  const writer = new Database(db);
  writer.pragma("foreign_keys = OFF");
  const set = (sql: string, ...texts: string[]): unknown => writer.prepare(sql).run(...texts);
  set("UPDATE runs SET name = ?, note = ?, command = ?, recipe_file = ?", HOSTILE, HOSTILE, HOSTILE, HOSTILE);
  set("INSERT INTO run_tags VALUES (1, ?)", HOSTILE);
  set(
    "UPDATE events SET data = json_set(data, '$.versions', json(?)) WHERE type = 'software_used'",
    JSON.stringify({ [HOSTILE]: HOSTILE }),
  );
  set("UPDATE problems SET problem = ?, answer = ?, key = key || ?", HOSTILE, HOSTILE, HOSTILE);
  set("UPDATE arms SET arm = arm || ?", HOSTILE);
  set("UPDATE groups SET arm = arm || ?", HOSTILE);
  set("UPDATE metrics SET name = name || ? WHERE name LIKE 'pass_rate.%'", HOSTILE);
  set("UPDATE rollout_payloads SET text = ?", HOSTILE);
  set("UPDATE rollout_payloads SET text = ? WHERE rollout_id = 1", LONG);
  set("UPDATE problems SET extra = ?", JSON.stringify({ instruction_id_list: [HOSTILE], kwargs: [{ said: HOSTILE }] }));
  set(
    "UPDATE verdicts SET extracted = ?, details = ?",
    HOSTILE,
    JSON.stringify({ followed: [false], loose: [false], said: HOSTILE }),
  );
  set("UPDATE outcomes SET extracted = ?", HOSTILE);
  set("UPDATE trainer_jobs SET detail = ?", HOSTILE);
  set("UPDATE prompts SET text = ?", HOSTILE);
  set(
    "INSERT INTO events (run_id, step, type, at, data) VALUES (1, 2, 'alarm', '2026-01-01T00:00:00.000Z', ?)",
    JSON.stringify({
      type: "alarm",
      step: 2,
      alarm: HOSTILE,
      message: HOSTILE,
      metric: "reward.mean",
      value: 0,
      limit: 1,
    }),
  );
  // Another run to compare with, which has practised the first group's problem.
  writer.exec(`
    CREATE TEMP TABLE another AS SELECT * FROM runs;
    UPDATE another SET id = 2;
    INSERT INTO runs SELECT * FROM another;
    UPDATE steps SET run_id = 2 WHERE number = 3;
    UPDATE groups SET problem_id = (SELECT problem_id FROM groups ORDER BY id LIMIT 1) WHERE id = (SELECT max(id) FROM groups);
  `);
  appendFileSync(join(runDirectory(db, 1), "policy-server.log"), `${HOSTILE}\n`);
  groupOfLong = writer.prepare("SELECT group_id FROM rollouts WHERE id = 1").pluck().get() as number;
  writer.close();
}

async function expectHarmless(page: Page, faults: readonly string[], where: string): Promise<void> {
  expect(await page.evaluate("typeof pwned"), where).toBe("undefined");
  expect(await page.locator("img, main script, iframe").count(), where).toBe(0);
  expect(faults, where).toEqual([]);
}

test.for([
  { path: "", shown: "tbody th" },
  { path: "", shown: ".run-note" },
  { path: "", shown: ".tag" },
  { path: "runs/1", shown: ".run-name strong" },
  { path: "runs/1/recipe", shown: ".origin code" },
  { path: "runs/1/recipe", shown: ".compact tr:nth-child(2) .visible-text" },
  { path: "runs/1/curriculum", shown: ".legend-name" },
  { path: "runs/1/rollouts", shown: ".rollouts td.text-cell" },
  { path: "runs/1/groups/2", shown: ".verdicts code" },
  { path: "runs/1/trainer", shown: "section .visible-text" },
  { path: "runs/1/groups/2", shown: ".checked-list .visible-text" },
  { path: "compare?runs=1,2", shown: ".legend-name" },
  { path: "compare?runs=1,2", shown: ".problem-choice" },
  { path: "compare?runs=1,2", shown: ".visit-text" },
])("what a model wrote is text, with its controls visible, on /$path", async ({ path, shown }) => {
  const { page, faults } = await openWatchedPage(browser, dashboard.link);
  await page.goto(dashboard.url + path);
  const text = page.locator(shown).first();
  await text.waitFor();
  await expect.poll(() => text.textContent()).toContain("<script>pwned=1</script>");
  expect(await text.textContent()).toContain("␛[31mred");
  expect(await text.textContent()).toContain("U+202E");
  expect(await text.textContent()).not.toContain("\u202E");
  await expectHarmless(page, faults, path);
  await page.close();
});

test("what a policy server printed is text without what a terminal acts on", async () => {
  const { page, faults } = await openWatchedPage(browser, dashboard.link);
  await page.goto(`${dashboard.url}runs/1/trainer`);
  const log = page.getByRole("region", { name: "Log of the policy server" });
  await expect.poll(() => log.textContent()).toContain("<script>pwned=1</script>{marker|x}redU+202Eback");
  await expectHarmless(page, faults, "the server's log");
  await page.close();
});

test("tooltips and labels of maps draw such text, and make no element of it", async () => {
  for (const [path, chart, x] of [
    ["runs/1/curriculum", "Arms over steps", 250],
    ["runs/1/cliffs", "Cliff map", 12],
  ] as const) {
    const { page, faults } = await openWatchedPage(browser, dashboard.link);
    await page.goto(dashboard.url + path);
    await expect.poll(() => coloursOf(page, chart)).toBeGreaterThan(3);
    const box = (await page.locator(`[data-chart="${chart}"] .chart`).boundingBox())!;
    const elements = await page.locator(`[data-chart="${chart}"] *`).count();
    const drawn = await page.locator(`[data-chart="${chart}"]`).screenshot();
    await page.mouse.move(box.x + x, box.y + 44);
    await page.mouse.move(box.x + x + 2, box.y + 46);
    await expect
      .poll(async () => (await page.locator(`[data-chart="${chart}"]`).screenshot()).equals(drawn))
      .toBe(false);
    expect(await page.locator(`[data-chart="${chart}"] *:not(canvas)`).count()).toBeLessThanOrEqual(elements);
    await expectHarmless(page, faults, path);
    await page.close();
  }
});

test("a line of a megabyte is cut, shown in full when asked for, and leaves the page answering", async () => {
  const { page, faults } = await openWatchedPage(browser, dashboard.link);
  await page.goto(`${dashboard.url}runs/1/groups/${groupOfLong}?rollout=1`);
  const response = page.getByRole("region", { name: "Response" });
  const more = response.getByRole("button", { name: /Show all 1,100,\d{3} characters/ });
  await more.waitFor();
  expect((await response.textContent())!.length).toBeLessThan(10_000);
  await more.click();
  await expect.poll(async () => (await response.textContent())!.endsWith("end of it")).toBe(true);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.goto(`${dashboard.url}runs/1/rollouts`);
  await page.locator("tbody tr").first().waitFor();
  await expectHarmless(page, faults, "a long line");
  await page.close();
});

test("the console shows such text as text too", async () => {
  const { page, faults } = await openWatchedPage(browser, dashboard.link);
  await page.goto(
    `${dashboard.url}sql?${new URLSearchParams({ sql: "SELECT name, 1 AS a, 2 AS b FROM runs" }).toString()}`,
  );
  await page.getByRole("button", { name: "Run" }).click();
  await page.locator(".result td").first().waitFor();
  expect(await page.locator(".result td").first().textContent()).toContain("<script>pwned=1</script>");
  await page.getByRole("button", { name: "Chart" }).click();
  await page.getByLabel("a line for each").selectOption("name");
  await page.locator("canvas").first().waitFor();
  await expectHarmless(page, faults, "sql");
  await page.close();
});
