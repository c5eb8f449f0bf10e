import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser } from "playwright-core";
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
  { path: "sql?sql=SELECT+*+FROM+v_rollouts", ready: "textarea", click: ["Run"], shows: ".result" },
  { path: "nowhere", ready: "h1", key: "?", shows: "dialog" },
] as const;

test.for([
  ["light", {}],
  // Colours are all that the scheme changes.
  ["dark", { runOnly: ["color-contrast"] }],
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
      expect(await seriousFaults(), path).toEqual([]);
      expect(faults, path).toEqual([]);

      async function seriousFaults(): Promise<unknown[]> {
        await page.evaluate(axe.source);
        const { violations, passes } = await page.evaluate<axe.AxeResults>(
          `axe.run(document, ${JSON.stringify({ resultTypes: ["violations"], ...only })})`,
        );
        expect(passes.length, path).toBeGreaterThan(colorScheme === "light" ? 5 : 0);
        return violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => ({
            id,
            nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
          }));
      }
    }
  },
);

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
    "sql",
  ]) {
    await page.goto(dashboard.url + path);
    await page.locator("h1").waitFor({ state: "attached" });
    await page.getByText("Loading…").first().waitFor({ state: "detached" });
    expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(400);
  }
  await page.close();
});
