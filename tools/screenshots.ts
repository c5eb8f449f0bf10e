/**
 * Takes the pictures of docs/images from a database: `node tools/screenshots.ts DATABASE [FOLDER]`. A run of the default
 * recipe is what they are meant to show; where there are two runs, also how they compare.
 */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Browser } from "playwright-core";
import { packagePath } from "../src/core/package-files.ts";
import { launchChromium } from "../test/support/chromium.ts";
import { startDashboard, type DashboardProcess } from "../test/support/dashboard-process.ts";

interface Picture {
  readonly name: string;
  /** Path of the page; `RUN` is the first run, `GROUP` a group that a hint rescued with the rollout that did. */
  readonly path: string;
  readonly theme?: "dark";
  readonly width?: number;
  readonly press?: readonly string[];
  /** Selector of what has to be there. */
  readonly ready: string;
}

const SQL = "SELECT step, arm, pass_rate, probability\nFROM v_arms\nWHERE run_id = 1\nORDER BY step, arm";

const PICTURES: readonly Picture[] = [
  { name: "runs", path: "", ready: "tbody tr" },
  { name: "compare", path: "compare?runs=1,2", ready: ".paired tbody tr" },
  { name: "run", path: "runs/RUN", ready: "canvas" },
  { name: "run-dark", path: "runs/RUN", theme: "dark", ready: "canvas" },
  { name: "curriculum", path: "runs/RUN/curriculum", ready: "canvas" },
  { name: "cliff-map", path: "runs/RUN/cliffs", ready: "canvas" },
  { name: "rollouts", path: "runs/RUN/rollouts", ready: "tbody tr" },
  { name: "group", path: "runs/RUN/groups/GROUP", ready: ".tokens" },
  { name: "group-dark", path: "runs/RUN/groups/GROUP&colour=logprob", theme: "dark", ready: ".tokens" },
  { name: "recipe", path: "runs/RUN/recipe", ready: ".long-text" },
  { name: "trainer", path: "runs/RUN/trainer", ready: ".history" },
  { name: "sql", path: `sql?${new URLSearchParams({ sql: SQL })}`, press: ["Control+Enter"], ready: ".result" },
  { name: "runs-narrow", path: "", width: 400, ready: ".run-card" },
  { name: "narrow", path: "runs/RUN", width: 400, ready: "canvas" },
];

const [database, folder = packagePath("docs/images")] = process.argv.slice(2);
if (database === undefined) throw new Error("usage: node tools/screenshots.ts DATABASE [FOLDER]");
mkdirSync(folder, { recursive: true });
const dashboard = await startDashboard(resolve(database), process.cwd());
const browser = await launchChromium();
try {
  const group = await rescuedGroup(dashboard);
  for (const picture of PICTURES) await take(browser, picture, dashboard, group);
} finally {
  await browser.close();
  await dashboard.stop();
}

async function take(open: Browser, picture: Picture, { url, link }: DashboardProcess, group: string): Promise<void> {
  const page = await open.newPage({
    viewport: { width: picture.width ?? 1280, height: 800 },
    colorScheme: picture.theme ?? "light",
  });
  await page.context().request.get(link);
  const path = picture.path.replace("RUN", "1").replace("GROUP", group);
  await page.goto(`${url}${path}`);
  for (const key of picture.press ?? []) {
    await page.focus("textarea");
    await page.keyboard.press(key);
  }
  await page.waitForSelector(picture.ready);
  // The stream of changes stays open: quiet is when nothing else is on its way.
  await page.getByText("Loading…").first().waitFor({ state: "detached" });
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${folder}/${picture.name}.png` });
  await page.close();
}

/** A group of the first run in which a hint helped and the rollout that did, or else its last ones. */
async function rescuedGroup({ url, token }: DashboardProcess): Promise<string> {
  const response = await fetch(`${url}api/sql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({
      sql: `SELECT group_id, rollout_id FROM v_rollouts WHERE run_id = 1
            ORDER BY trained_under IS NOT NULL DESC, batch_id IS NOT NULL DESC, group_id DESC LIMIT 1`,
    }),
  });
  const { rows } = (await response.json()) as { readonly rows: readonly (readonly number[])[] };
  const [group = 1, rollout = 1] = rows[0] ?? [];
  return `${group}?rollout=${rollout}`;
}
