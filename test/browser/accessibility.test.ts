import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { startDashboard, type DashboardProcess } from "../support/dashboard-process.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { openWatchedPage } from "../support/watched-page.ts";

const cwd = mkdtempSync(join(tmpdir(), "rlvr-axe-"));
const db = join(cwd, "rlvr.db");
let dashboard: DashboardProcess;
let browser: Browser;

beforeAll(async () => {
  for (const seed of ["1", "2"]) {
    const args = ["run", "--db", db, "--steps", "4", "--seed", seed, "--set", "sampling.groups=6"];
    expect((await rlvr(args, cwd)).code).toBe(0);
  }
  [dashboard, browser] = await Promise.all([startDashboard(db, cwd), launchChromium()]);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await dashboard?.stop();
  rmSync(cwd, { recursive: true, force: true });
});

/** Each page, what shows that it is there, and keys or clicks that open more of it. */
const PAGES = [
  { path: "", ready: "tbody tr" },
  { path: "compare?runs=1,2", ready: ".paired tbody tr", click: ["table"] },
  { path: "compare?runs=1&x=tokens", ready: ".figures canvas" },
  { path: "runs/1", ready: ".figures canvas", click: ["table", "SQL"] },
  { path: "runs/1/curriculum", ready: "canvas" },
  { path: "runs/1/cliffs", ready: "canvas", click: ["table"] },
  { path: "runs/1/rollouts", ready: "tbody tr" },
  { path: "runs/1/groups/1", ready: ".tokens span" },
  { path: "runs/1/groups/1?colour=logprob", ready: ".tokens span" },
  { path: "runs/1/groups/1?colour=entropy", ready: ".tokens span" },
  { path: "runs/1/trainer", ready: ".history li" },
  { path: "runs/1/pipeline", ready: "canvas", click: ["table"] },
  { path: "runs/1/recipe", ready: ".long-text" },
  { path: "sql?sql=SELECT+*+FROM+v_rollouts", ready: "textarea", click: ["Run"], shows: ".result" },
  { path: "nowhere", ready: "h1", key: "?", shows: "dialog" },
] as const;

test.for([
  ["light", undefined],
  // Colours are all that the scheme changes.
  ["dark", ["color-contrast"]],
] as const)(
  "axe finds no serious or critical fault on any page in %s",
  { timeout: 180_000 },
  async ([colorScheme, only]) => {
    const { page, faults } = await openWatchedPage(browser, dashboard.link, { colorScheme });
    for (const { path, ready, ...more } of PAGES) {
      await page.goto(dashboard.url + path);
      await page.locator(ready).first().waitFor();
      for (const name of "click" in more ? more.click : [])
        await page.getByRole("button", { name: name }).first().click();
      if ("key" in more) await page.keyboard.press(more.key);
      if ("shows" in more) await page.locator(more.shows).waitFor();
      expect(await seriousFaults(page, only), path).toEqual([]);
      expect(faults, path).toEqual([]);
    }
  },
);

/** What axe finds on a page, by all of its rules or by some. */
async function seriousFaults(page: Page, runOnly?: readonly string[]): Promise<unknown[]> {
  await page.evaluate(axe.source);
  const options = { resultTypes: ["violations"], ...(runOnly && { runOnly }) };
  const { violations, passes } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  expect(passes.length).toBeGreaterThan(runOnly === undefined ? 5 : 0);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`) }));
}

test("keys lead through the pages, and a dialog names them", async () => {
  const { page } = await openWatchedPage(browser, dashboard.link);
  await page.goto(`${dashboard.url}runs/1`);
  await page.locator("canvas").first().waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("Go to Cliff map").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  for (const [key, path] of [
    ["2", "/curriculum"],
    ["3", "/cliffs"],
    ["5", "/trainer"],
    ["6", "/pipeline"],
    ["7", "/recipe"],
    ["4", "/rollouts"],
  ] as const) {
    await page.keyboard.press(key);
    await page.waitForURL((url) => url.pathname === `/runs/1${path}`);
  }
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.waitForURL(/\/sql$/);
  expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("SQL");
  await page.close();
});

test("on a phone the runs are cards, and the tabs of a run reach its last page", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const { page, faults } = await openWatchedPage(browser, dashboard.link, {
      colorScheme,
      viewport: { width: 390, height: 800 },
    });
    await page.goto(dashboard.url);
    await page.locator(".run-card").first().waitFor();
    expect(await seriousFaults(page, ["color-contrast", "list", "label"])).toEqual([]);
    // A name on one line is as high as its letters, not as a column of them.
    const name = (await page.locator(".run-card .row-link").first().boundingBox())!;
    expect(name.width).toBeGreaterThan(name.height * 2);
    await page.getByRole("link", { name: "microcosm" }).last().click();
    for (const label of ["Trainer", "Pipeline", "Recipe"]) {
      const tab = page.getByRole("navigation", { name: "Pages of the run" }).getByRole("link", { name: label });
      const box = (await tab.boundingBox())!;
      expect(box.x + box.width, label).toBeLessThanOrEqual(390);
      await tab.click();
      await page.getByRole("heading", { name: label, level: 1 }).waitFor();
    }
    expect(await seriousFaults(page, ["color-contrast"])).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  }
});

test("no page is wider than a narrow window", async () => {
  const { page } = await openWatchedPage(browser, dashboard.link, { viewport: { width: 400, height: 800 } });
  for (const path of [
    "",
    "compare?runs=1,2",
    "runs/1",
    "runs/1/curriculum",
    "runs/1/cliffs",
    "runs/1/rollouts",
    "runs/1/groups/1",
    "runs/1/trainer",
    "runs/1/pipeline",
    "runs/1/recipe",
    "sql",
  ]) {
    await page.goto(dashboard.url + path);
    await page.locator("h1").waitFor({ state: "attached" });
    await page.getByText("Loading…").first().waitFor({ state: "detached" });
    expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(400);
  }
  await page.close();
});
