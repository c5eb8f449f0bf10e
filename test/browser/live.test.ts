import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { startDashboard, type DashboardProcess } from "../support/dashboard-process.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { startRlvr, type RlvrProcess } from "../support/rlvr-process.ts";
import { drawingOf, openWatchedPage } from "../support/watched-page.ts";

const cwd = mkdtempSync(join(tmpdir(), "rlvr-live-"));
const db = join(cwd, "rlvr.db");
let dashboard: DashboardProcess;
let browser: Browser;
let run: RlvrProcess | undefined;

beforeAll(async () => {
  const first = ["run", "--db", db, "--steps", "2", "--set", "sampling.groups=4"];
  expect((await rlvr(first, cwd)).code).toBe(0);
  [dashboard, browser] = await Promise.all([startDashboard(db, cwd), launchChromium()]);
}, 300_000);

afterAll(async () => {
  run?.child.kill("SIGKILL");
  await browser?.close();
  await dashboard?.stop();
  rmSync(cwd, { recursive: true, force: true });
});

test("a run that starts appears in the list, and its page follows its steps to the end by itself", async () => {
  const list = await openWatchedPage(browser, dashboard.link);
  await list.page.goto(dashboard.url);
  await list.page.locator("tbody tr").waitFor();
  const short = ["--set", "sampling.groups=8", "--set", "evaluation.test_samples=1", "--set", "evaluation.samples=1"];
  run = startRlvr(["run", "--db", db, "--steps", "20", "--seed", "7", ...short], { cwd });
  await list.page.locator("tbody").getByText("running", { exact: true }).waitFor();
  expect(await list.page.locator("tbody tr").count()).toBe(2);

  const watched = await openWatchedPage(browser, dashboard.link);
  const { page } = watched;
  await page.goto(`${dashboard.url}runs/2`);
  await page.locator('[data-chart="Reward"] canvas').first().waitFor();
  const steps = async (): Promise<number> => Number(await page.locator(".run-bar progress").getAttribute("value"));
  const before = await steps();
  const drawing = await drawingOf(page, "Reward");
  await expect.poll(steps, { timeout: 60_000 }).toBeGreaterThan(before);
  await expect.poll(() => drawingOf(page, "Reward"), { timeout: 30_000 }).not.toBe(drawing);
  await page.locator(".run-bar").getByText("succeeded").waitFor({ timeout: 120_000 });
  await expect.poll(steps).toBe(20);
  expect((await run.ended).code).toBe(0);
  expect([...list.faults, ...watched.faults]).toEqual([]);
  await Promise.all([page.close(), list.page.close()]);
}, 300_000);

test("a page that the server refused for want of a database goes on when it is back", async () => {
  const { page } = await openWatchedPage(browser, dashboard.link);
  renameSync(db, `${db}-away`);
  await page.goto(dashboard.url);
  await page.locator(".connection.lost").waitFor();
  renameSync(`${db}-away`, db);
  await page.locator(".connection.live").waitFor();
  expect(await page.locator("tbody tr").count()).toBe(2);
  await page.close();
}, 120_000);

test("a server that is gone is told, and one that is back is found again", async () => {
  const { page } = await openWatchedPage(browser, dashboard.link);
  await page.goto(dashboard.url);
  await page.locator(".connection.live").waitFor();
  const { port } = new URL(dashboard.url);
  await dashboard.stop();
  await page.locator(".connection.lost").waitFor();
  expect(await page.locator(".connection").innerText()).toBe("connection lost");
  dashboard = await startDashboard(db, cwd, ["--port", port, "--token-env", "TOKEN"], { TOKEN: dashboard.token });
  await page.locator(".connection.live").waitFor();
  await page.close();
}, 120_000);

test("says to open the new link after a restart of the server", async () => {
  const { page } = await openWatchedPage(browser, dashboard.link);
  await page.goto(dashboard.url);
  await page.locator(".connection.live").waitFor();
  const { port } = new URL(dashboard.url);
  await dashboard.stop();
  dashboard = await startDashboard(db, cwd, ["--port", port]);
  await page.locator(".fault").getByText("Open the link that `rlvr serve` printed").waitFor();
  await page.goto(dashboard.link);
  await page.locator(".connection.live").waitFor();
  expect(page.url()).toBe(dashboard.url);
  await page.close();
}, 120_000);
