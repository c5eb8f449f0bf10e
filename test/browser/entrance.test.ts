import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../src/tracking/database.ts";
import { launchChromium } from "../support/chromium.ts";
import { startDashboard, type DashboardProcess } from "../support/dashboard-process.ts";

const cwd = mkdtempSync(join(tmpdir(), "rlvr-entrance-"));
let dashboard: DashboardProcess;
let browser: Browser;
/** Another site, such as a mail in the browser: the address of its page of links. */
let elsewhere: { readonly server: Server; readonly url: string };

beforeAll(async () => {
  openDatabase(join(cwd, "rlvr.db")).$client.close();
  [dashboard, browser] = await Promise.all([startDashboard(join(cwd, "rlvr.db"), cwd), launchChromium()]);
  const links = `<a href="${dashboard.link}">link</a> <a href="${dashboard.url}sql">page</a>`;
  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(links));
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  elsewhere = { server, url: `http://localhost:${(server.address() as AddressInfo).port}/` };
}, 120_000);

afterAll(async () => {
  elsewhere?.server.close();
  await browser?.close();
  await dashboard?.stop();
  rmSync(cwd, { recursive: true, force: true });
});

/** A page of its own browser context, without cookies. */
async function newPage(options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(30_000);
  return page;
}

test("lets a browser in by the link on another site, and leaves the token in no address or script", async () => {
  const page = await newPage();
  await page.goto(elsewhere.url);
  await page.getByText("link").click();
  await page.locator(".connection.live").waitFor();
  expect(page.url()).toBe(dashboard.url);
  expect(await page.evaluate("document.cookie + document.referrer")).toBe("");
  await page.goBack();
  expect(page.url()).toBe(elsewhere.url);
  await page.close();
});

test('leads from a link without the token on another site to its page, by "Try again"', async () => {
  const page = await newPage();
  await page.goto(dashboard.link);
  await page.locator(".connection.live").waitFor();
  await page.goto(elsewhere.url);
  await page.getByText("page").click();
  await page.getByRole("link", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "SQL" }).waitFor();
  expect(page.url()).toBe(`${dashboard.url}sql`);
  await page.close();
});

test.for([
  ["light", 1440],
  ["light", 390],
  ["dark", 1440],
  ["dark", 390],
] as const)("tells a person without the token how to get in, in %s and %d wide", async ([colorScheme, width]) => {
  const page = await newPage({ colorScheme, viewport: { width, height: 800 } });
  const response = await page.goto(`${dashboard.url}runs/1`);
  expect(response?.status()).toBe(401);
  await page.getByRole("heading", { name: "Open the link that rlvr serve prints" }).waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document)");
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.close();
});
