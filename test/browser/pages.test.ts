import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { startDashboard, type DashboardProcess } from "../support/dashboard-process.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { coloursOf, drawingOf, openWatchedPage } from "../support/watched-page.ts";

// A run of the default recipe as far as its first hints, a short one to compare it with, and an alarm.
const cwd = mkdtempSync(join(tmpdir(), "rlvr-browser-"));
const db = join(cwd, "rlvr.db");
let dashboard: DashboardProcess;
let browser: Browser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  expect((await rlvr(["run", "--db", db, "--steps", "25"], cwd)).code).toBe(0);
  const small = ["run", "--db", db, "--steps", "3", "--set", "sampling.groups=4", "--set", "objective.name=rloo"];
  expect((await rlvr(small, cwd)).code).toBe(0);
  await rlvr(["runs", "tag", "1", "baseline", "--db", db], cwd);
  await rlvr(["runs", "note", "2", "RLOO: leave one out", "--db", db], cwd);
  const writer = new Database(db);
  writer.prepare("INSERT INTO events (run_id, step, type, at, data) VALUES (1, 9, 'alarm', ?, ?)").run(
    new Date().toISOString(),
    JSON.stringify({
      type: "alarm",
      step: 9,
      alarm: "entropy_collapse",
      message: "entropy fell below .05",
      metric: "train.entropy",
      value: 0.04,
      limit: 0.05,
    }),
  );
  writer.close();
  [dashboard, browser] = await Promise.all([startDashboard(db, cwd), launchChromium()]);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await dashboard?.stop();
  rmSync(cwd, { recursive: true, force: true });
});

beforeEach(async () => {
  ({ page, faults } = await openWatchedPage(browser, dashboard.link));
});

afterEach(async () => {
  await page.close();
  expect(faults).toEqual([]);
});

/** A number that SQL gives on the same database. */
function sqlValue(sql: string): number {
  const reader = new Database(db, { readonly: true });
  try {
    return reader.prepare(sql).pluck().get() as number;
  } finally {
    reader.close();
  }
}

async function go(path: string): Promise<void> {
  await page.goto(dashboard.url + path);
}

async function rowTexts(column: number): Promise<string[]> {
  return page.locator(`tbody tr > :nth-child(${column})`).allInnerTexts();
}

test("runs are listed newest first, opened by keys, and compared when ticked", async () => {
  await go("");
  await page.locator("tbody tr").nth(1).waitFor();
  expect(await rowTexts(4)).toEqual(["3/3", "25/25"]);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/runs\/1$/);
  await go("");
  for (const run of [1, 2]) await page.getByLabel(`Compare run ${run}`).check();
  await page.getByRole("link", { name: "Compare 2 runs" }).click();
  await page.locator("canvas").first().waitFor();
  expect(await coloursOf(page, "reward.mean")).toBeGreaterThan(3);
  const differences = page.getByRole("region", { name: "Differences of the recipes" });
  expect(await differences.getByRole("row", { name: "objective.name" }).innerText()).toContain('"rloo"');
  const lines = page.locator('[data-chart="reward.mean"] .legend-name');
  expect(await lines.allInnerTexts()).toEqual(["#1 microcosm", "#2 microcosm"]);
});

test("compared runs are drawn along what they cost, smoothed, by the metrics that are chosen, all of it in the address", async () => {
  await go("compare?runs=1,2");
  await expect.poll(() => coloursOf(page, "train.entropy")).toBeGreaterThan(3);
  const bySteps = await drawingOf(page, "reward.mean");
  await page.getByRole("button", { name: "Tokens" }).click();
  await page.waitForURL(/x=tokens/);
  await expect.poll(() => drawingOf(page, "reward.mean")).not.toBe(bySteps);
  const rough = await drawingOf(page, "reward.mean");
  await page.getByLabel("Smoothing").press("End");
  await page.waitForURL(/smooth=0.95/);
  await expect.poll(() => drawingOf(page, "reward.mean")).not.toBe(rough);
  await page.getByText("6 chosen").click();
  await page.getByRole("button", { name: "train.loss", exact: true }).click();
  await page.waitForURL(/metrics=.*train\.loss/);
  await page.reload();
  await expect.poll(() => coloursOf(page, "train.loss")).toBeGreaterThan(3);
  expect(await page.getByRole("button", { name: "Tokens" }).getAttribute("aria-pressed")).toBe("true");
});

test("two evaluations are compared problem by problem, and rollouts of a problem stand side by side", async () => {
  await go("compare?runs=1,2&suite=development&a=1:0&b=1:20");
  const row = page.getByRole("region", { name: "Paired test by arm" }).getByRole("row").last();
  await row.waitFor({ timeout: 60_000 });
  const accuracy = (step: number): string =>
    `${(100 * sqlValue(`SELECT avg(passed) FROM eval_results x JOIN evals e ON e.id = x.eval_id WHERE run_id = 1 AND suite = 'development' AND step = ${step}`)).toFixed(1)}%`;
  const text = await row.innerText();
  expect(text).toContain(accuracy(0));
  expect(text).toContain(accuracy(20));
  expect(await page.locator(".paired strong").innerText()).toMatch(/^B is better/);
  await expect.poll(() => coloursOf(page, "Accuracy, development")).toBeGreaterThan(3);
  const second = page.locator(".problem-choice").nth(1);
  await second.click();
  await page.waitForURL(/problem=\d+/);
  const problem = Number(new URL(page.url()).searchParams.get("problem"));
  await page.waitForFunction("document.querySelectorAll('.visit-columns section').length === 2");
  const newest = sqlValue(
    `SELECT g.id FROM groups g JOIN steps s ON s.id = g.step_id WHERE s.run_id = 2 AND g.problem_id = ${problem} ORDER BY s.number DESC LIMIT 1`,
  );
  await page.getByRole("link", { name: `Group ${newest}`, exact: true }).waitFor();
});

test("runs are searched by tag and note and filtered, as the address says", async () => {
  await go("");
  await page.locator("tbody tr").nth(1).waitFor();
  const shown = (): Promise<string[]> => page.locator("tbody tr .row-link").allInnerTexts();
  await page.keyboard.press("/");
  await page.keyboard.type("loo leave");
  await expect.poll(shown).toEqual(["#2 microcosm"]);
  await page.waitForURL((url) => url.searchParams.get("q") === "loo leave");
  await page.getByLabel("Search").fill("");
  await page.getByLabel("Tag").selectOption("baseline");
  await expect.poll(shown).toEqual(["#1 microcosm"]);
  await page.reload();
  await expect.poll(shown).toEqual(["#1 microcosm"]);
  await page.getByLabel("Search").fill("nowhere");
  await page.getByText("No run fits.").waitFor();
});

test("a run's recipe stands with its command and the versions that made it", async () => {
  await go("runs/2/recipe");
  await page.getByRole("region", { name: "Recipe" }).getByText("name: rloo").waitFor();
  expect(await page.locator(".origin").innerText()).toContain("--set objective.name=rloo");
  const rows = await page.locator(".compact tbody tr").allInnerTexts();
  expect(rows).toContain(`orchestrator\tnode\t${process.versions.node}`);
});

test("a run's page tells its story with rows and SQL, and draws every chart it names", async () => {
  await go("runs/1");
  await page.locator(".story li").nth(2).waitFor();
  expect(await page.locator(".story li").count()).toBe(3);
  await page.locator(".story li").nth(2).getByRole("button", { name: "SQL" }).click();
  expect(await page.locator(".sql-text").innerText()).toContain("run_id = 1");
  await page.getByText("Dropped rollouts by reason").waitFor();
  const charts = await page.evaluate<string[]>(
    "[...document.querySelectorAll('[data-chart]')].map((figure) => figure.dataset.chart)",
  );
  expect(charts).toEqual(
    expect.arrayContaining(["Reward", "Pass rate by arm", "Entropy", "Mismatch KL", "Gradient norm"]),
  );
  expect(charts.length).toBeGreaterThanOrEqual(14);
  for (const chart of charts) await expect.poll(() => coloursOf(page, chart)).toBeGreaterThan(3);
  const arms = page.locator('[data-chart="Pass rate by arm"] .legend-name');
  expect(await arms.allInnerTexts()).toEqual(["add", "add-rev", "mul-rev", "sub", "sub-rev"]);
  await page.locator(".story li").nth(1).getByRole("link").click();
  await page.waitForURL(/\/runs\/1\/cliffs/);
});

test("an alarm is called out on top and marked on the chart of its metric alone", async () => {
  await go("runs/1");
  await page.getByText("entropy fell below .05").first().waitFor();
  await page.locator('[data-chart="Entropy"] .chip').waitFor();
  expect(await page.locator("[data-chart] .chip.bad").count()).toBe(1);
});

test("charts share their zoom, and each has its numbers as a table", async () => {
  await go("runs/1");
  await expect.poll(() => coloursOf(page, "Reward")).toBeGreaterThan(3);
  const whole = await drawingOf(page, "Gradient norm");
  const canvas = page.locator('[data-chart="Reward"] canvas').first();
  await canvas.scrollIntoViewIfNeeded();
  const box = (await canvas.boundingBox())!;
  await page.mouse.move(box.x + 100, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 220, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=\d+&to=\d+/);
  await expect.poll(() => drawingOf(page, "Gradient norm")).not.toBe(whole);
  await page.getByRole("button", { name: "All steps" }).click();
  await page.waitForURL((url) => !url.search.includes("from"));
  const reward = page.locator('[data-chart="Reward"]');
  await reward.getByRole("button", { name: "table" }).click();
  await expect.poll(() => reward.locator("tbody tr").count()).toBe(25);
  const newest = sqlValue("SELECT value FROM metrics WHERE run_id = 1 AND name = 'reward.mean' AND step = 25");
  expect(Number(await reward.locator("tbody tr").nth(24).locator("td").nth(1).innerText())).toBeCloseTo(newest, 3);
});

test("the curriculum's heat map shows each of its three measures", async () => {
  await go("runs/1/curriculum");
  const drawings = new Set<string>();
  for (const name of ["Probability", "Value", "Pass rate"]) {
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByText(`${name}, arms over steps`).waitFor();
    await expect.poll(() => coloursOf(page, "Arms over steps")).toBeGreaterThan(10);
    await expect.poll(async () => drawings.has(await drawingOf(page, "Arms over steps"))).toBe(false);
    drawings.add(await drawingOf(page, "Arms over steps"));
  }
  expect(drawings.size).toBe(3);
});

test("the cliff map filters by arm, pages, and a click on a cell opens its group", async () => {
  await go("runs/1/cliffs");
  await expect.poll(() => coloursOf(page, "Cliff map")).toBeGreaterThan(10);
  await page.getByRole("button", { name: "Next →" }).click();
  await page.waitForURL(/offset=40/);
  await page.getByLabel("Arm").selectOption("mul-rev");
  await page.waitForURL((url) => url.search === "?arm=mul-rev");
  const problems = sqlValue(
    "SELECT count(DISTINCT problem_id) FROM groups g JOIN steps s ON s.id = g.step_id WHERE s.run_id = 1 AND g.arm = 'mul-rev'",
  );
  await page.getByText(`of ${problems} problems`).waitFor();
  const box = (await page.locator('[data-chart="Cliff map"] .chart').boundingBox())!;
  // A click before the map is drawn hits nothing.
  await expect
    .poll(async () => {
      await page.mouse.click(box.x + 12, box.y + 46);
      return page.url();
    })
    .toMatch(/\/runs\/1\/groups\/\d+/);
  await page.locator(".tokens").first().waitFor();
});

test("rollouts are filtered by what the address says, and the SQL shown gives the same rows", async () => {
  await go("runs/1/rollouts");
  await page.locator("tbody tr").nth(49).waitFor();
  await page.getByLabel("Arm", { exact: true }).selectOption("mul-rev");
  await page.getByLabel("Passed").selectOption("false");
  await page.getByLabel("Fate").selectOption("trained");
  await page.waitForURL((url) => url.search.includes("drop=trained"));
  const total = sqlValue(
    "SELECT count(*) FROM v_rollouts WHERE run_id = 1 AND arm = 'mul-rev' AND passed = 0 AND batch_id > 0",
  );
  await page.getByText(`${Math.min(50, total)} rollouts`).waitFor();
  expect(new Set(await rowTexts(3))).toEqual(new Set(["mul-rev"]));
  expect(new Set(await rowTexts(6))).toEqual(new Set(["✗ failed"]));
  expect(new Set(await rowTexts(11))).toEqual(new Set(["trained"]));
  const shown = await rowTexts(1);
  await page.reload();
  await expect.poll(() => rowTexts(1)).toEqual(shown);
  await page.getByRole("button", { name: "SQL", exact: true }).click();
  const sql = await page.locator(".sql-text").innerText();
  const reader = new Database(db, { readonly: true });
  const ids = reader.prepare(sql).pluck().all().map(String);
  reader.close();
  expect([...ids].sort()).toEqual([...shown].sort());
});

test("text is searched as it is typed, and a search without a match says so", async () => {
  await go("runs/1/rollouts");
  const text = sqlValue(
    "SELECT response FROM v_rollouts WHERE run_id = 1 ORDER BY rollout_id LIMIT 1",
  ) as unknown as string;
  await page.locator("tbody tr").first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(text);
  await page.waitForURL(/text=/);
  await expect.poll(async () => new Set(await rowTexts(5))).toEqual(new Set([text]));
  await page.getByLabel("Text").fill("no rollout says this");
  await page.getByText("No rollout fits.").waitFor();
});

test("a search that goes on says how far it is, stops when told to, and goes on again", async () => {
  let asked = 0;
  await page.route("**/api/runs/1/rollouts?*", (route) => {
    asked++;
    return route.fulfill({ json: { rows: [], cursor: "9.1.1", scanned: 1000, atStep: 9 } });
  });
  await go("runs/1/rollouts?text=rare");
  await page.getByText(/looked at \d+,000 so far, at step 9/).waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("Stopped: nothing was found so far.").waitFor();
  const before = asked;
  await page.getByRole("button", { name: "Go on" }).click();
  await expect.poll(() => asked).toBeGreaterThan(before + 1);
});

test("a group stands side by side with coloured tokens, verdicts and its lineage", async () => {
  const rollout = sqlValue(
    "SELECT rollout_id FROM v_lineage WHERE run_id = 1 AND advantage <> 0 ORDER BY rollout_id LIMIT 1",
  );
  const group = sqlValue(`SELECT group_id FROM rollouts WHERE id = ${rollout}`);
  await go(`runs/1/groups/${group}?rollout=${rollout}`);
  await page.locator('.tokens [class*="better-"]').first().waitFor();
  await page.locator('.tokens [class*="worse-"]').first().waitFor();
  const background = await page.evaluate(
    `getComputedStyle(document.querySelector('.tokens [class*="worse-"]')).backgroundColor`,
  );
  expect(background).not.toBe("rgba(0, 0, 0, 0)");
  await page.locator(".tokens span[data-at]").first().hover();
  expect(await page.locator(".token-readout").first().innerText()).toMatch(/log p −?-?\d/);
  await page.getByRole("button", { name: "Log-probability" }).click();
  await page.locator('.tokens [class*="surprise-"]').first().waitFor();
  const chain = page.locator(".lineage");
  expect(await chain.innerText()).toMatch(
    /problem[\s\S]*verdict[\s\S]*credit[\s\S]*batch[\s\S]*checkpoint[\s\S]*version \d/,
  );
  expect(await page.locator(".verdict-head").first().innerText()).toContain("exact");
  await page.getByRole("button", { name: "Entropy" }).click();
  await page.locator('.tokens [class*="surprise-"]').first().waitFor();
  await page.getByText("entropy ≥ 2 nats").waitFor();
  await page.getByRole("button", { name: "Ratio" }).click();
  await page.getByText("trainer ÷ sampler ≤ 1/2").waitFor();
  await page.locator(".tokens span[data-at]").first().hover();
  expect(await page.locator(".token-readout").first().innerText()).toMatch(/entropy [\d.]+ nats\s+trainer ÷ sampler 1/);
  const cards = sqlValue(`SELECT count(*) FROM rollouts WHERE group_id = ${group}`);
  expect(await page.locator(".card").count()).toBe(cards);
});

test("a group that was not trained says that nothing of its tokens is stored", async () => {
  const group = sqlValue("SELECT group_id FROM v_rollouts WHERE run_id = 1 AND drop_reason = 'zero_variance' LIMIT 1");
  await go(`runs/1/groups/${group}?colour=entropy`);
  await page.getByText("Not stored for this group: a trainer computes it of the rollouts that it trains").waitFor();
  const cards = page.getByText("Not trained: no trainer looked at its tokens.");
  await cards.first().waitFor();
  expect(await cards.count()).toBe(await page.locator(".card").count());
});

test("a group has the prompt that the policy saw, and leads to the groups before and after it", async () => {
  const group = sqlValue(
    "SELECT g.id FROM groups g JOIN steps s ON s.id = g.step_id WHERE s.run_id = 1 AND s.number = 2 AND g.slot = 0",
  );
  await go(`runs/1/groups/${group}?colour=logprob`);
  const prompt = page.getByRole("region", { name: "Prompt" });
  await expect.poll(() => prompt.innerText()).toMatch(/^_*\S+=$/);
  await page.keyboard.press("p");
  await page.waitForURL(/groups\/\d+\?colour=logprob$/);
  await page.getByText("step 1, slot 31").waitFor();
  await page.getByRole("link", { name: "Next →" }).click();
  await page.getByText("step 2, slot 0").waitFor();
});

test("the trainer's page shows its job, its heartbeat and its changes of state", async () => {
  await go("runs/1/trainer");
  await page.getByRole("heading", { name: /Epoch 1/ }).waitFor();
  expect(await page.locator(".facts").innerText()).toMatch(/heartbeat\s+\w+, beat/);
  await page.getByText("the policy server is started").waitFor();
  await page.getByRole("button", { name: "Copy the path of the log" }).click();
  await page
    .getByRole("button", { name: "Copy the path of the log" })
    .getByText(/copied|selected/)
    .waitFor();
  await expect.poll(() => coloursOf(page, "Peak memory of the trainer, GiB")).toBeGreaterThan(2);
  const newestVersion = sqlValue("SELECT max(policy_version) FROM checkpoints WHERE run_id = 1");
  expect(await page.locator(".versions strong").first().innerText()).toBe(`Version ${newestVersion}`);
  expect(await page.locator(".history li").count()).toBe(
    sqlValue("SELECT count(*) FROM events WHERE run_id = 1 AND type = 'trainer_state'"),
  );
});

test("the console runs SQL by keys, draws its result, gives it as CSV, and says what to do about an error", async () => {
  await go("sql");
  await page
    .getByLabel("Statement")
    .fill("SELECT step, arm, pass_rate FROM v_arms WHERE run_id = 1 ORDER BY step, arm");
  await page.keyboard.press("Control+Enter");
  await page.getByText("125 rows").waitFor();
  expect(await page.locator(".result tbody tr").count()).toBe(125);
  await page.getByRole("button", { name: "Chart" }).click();
  await page.getByLabel("a line for each").selectOption("arm");
  await expect.poll(() => coloursOf(page, "pass_rate over step")).toBeGreaterThan(3);
  expect(await page.locator(".legend-name").count()).toBe(5);
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download CSV" }).click();
  const csv = readFileSync(await (await waiting).path(), "utf8").split("\r\n");
  expect(csv[0]).toBe("step,arm,pass_rate");
  expect(csv.length).toBe(127);
  await page.getByLabel("Statement").fill("DELETE FROM runs");
  await page.getByRole("button", { name: "Run" }).click();
  await page.locator(".fault").waitFor();
  expect(await page.locator(".fault").innerText()).toMatch(/\S+\n+\S+/);
  // The browser itself logs that a request was refused.
  expect(faults.splice(0).every((fault) => fault.includes("400"))).toBe(true);
});
