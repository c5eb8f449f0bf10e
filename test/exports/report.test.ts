import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reportData } from "../../src/exports/html/report-data.ts";
import { reportPage } from "../../src/exports/html/report-page.ts";
import { openDatabaseReadOnly } from "../../src/tracking/database.ts";
import { findRun } from "../../src/tracking/runs.ts";
import { launchChromium } from "../support/chromium.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";
import { HOSTILE_NAME, TEXTS, writeHostileDatabase } from "./hostile-database.ts";

let folder: string;
let browser: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-report-"));
  browser = await launchChromium();
  await rlvr(["run", writeSmallRecipe(join(folder, "recipe")), "--db", "real.db"], folder);
}, 600_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** Opens a page from disk and tells what it shows, and whatever it asked for or complained of. */
async function open(path: string, colorScheme: "light" | "dark") {
  const page = await browser.newPage({ colorScheme });
  const noise: string[] = [];
  page.on("console", (message) => noise.push(message.text()));
  page.on("dialog", (dialog) => noise.push(dialog.message()));
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) noise.push(request.url());
  });
  await page.goto(pathToFileURL(path).href);
  return { page, noise: noise.filter((line) => line !== pathToFileURL(path).href) };
}

const withoutSpace = (text: string): string => text.replaceAll(/\s/g, "");

test("texts of problems, answers, arms and alarms are shown as text, whatever they hold", async () => {
  const database = join(folder, "hostile.db");
  writeHostileDatabase(database);
  const db = openDatabaseReadOnly(database);
  const html = await reportPage(reportData(db, findRun(db)));
  db.$client.close();
  const path = join(folder, "hostile.html");
  writeFileSync(path, html);
  const { page, noise } = await open(path, "light");
  expect(noise).toEqual([]);
  const tags = await page.evaluate<string[]>(
    "[...new Set([...document.querySelectorAll('*')].map((element) => element.localName))]",
  );
  expect(tags.filter((tag) => ["script", "b", "iframe", "object", "a", "link", "form"].includes(tag))).toEqual([]);
  const [drawnTags, handlers] = await page.evaluate<[string[], string[]]>(`(() => {
    const svgs = [...document.images].map(({ src }) => new TextDecoder().decode(
      Uint8Array.from(atob(src.replace("data:image/svg+xml;base64,", "")), (character) => character.charCodeAt(0))));
    const elements = svgs.flatMap((svg) => [...new DOMParser().parseFromString(svg, "image/svg+xml").querySelectorAll("*")]);
    const attributes = elements.flatMap((element) => [...element.attributes].map(({ name }) => name));
    return [[...new Set(elements.map(({ localName }) => localName))].sort(), attributes.filter((name) => /^on|href/.test(name))];
  })()`);
  const harmless = new Set([
    "clipPath",
    "defs",
    "g",
    "linearGradient",
    "path",
    "polygon",
    "rect",
    "stop",
    "svg",
    "text",
  ]);
  expect(drawnTags.filter((tag) => !harmless.has(tag))).toEqual([]);
  expect(drawnTags).toContain("text");
  expect(handlers).toEqual([]);
  const shown = withoutSpace(await page.locator("body").innerText());
  // The first of the examples is of the first problem; of its arm there is no other.
  expect(shown).toContain(withoutSpace(TEXTS[0]!));
  expect(shown).toContain(withoutSpace(HOSTILE_NAME));
  expect(await page.title()).toBe(`../hostile <b>"run", run 7`);
});

test("a real run's report draws all its charts, in the colours of the screen and of paper", async () => {
  const { code, stdout } = await rlvr(["export", "--db", "real.db", "--format", "html"], folder);
  expect([code, stdout]).toEqual([0, expect.stringContaining("run-1.html")]);
  const path = join(folder, "run-1.html");
  const { page, noise } = await open(path, "dark");
  expect(noise).toEqual([]);
  const headings = await page.locator("h2").allInnerTexts();
  expect(headings).toEqual([
    "What it did",
    'Accuracy on "test"',
    "Alarms",
    "Over the steps",
    "What became of the rollouts",
    "Curriculum",
    "Hardest problems",
    "Recipe",
  ]);
  expect(await page.locator("p.story").count()).toBe(3);
  const visible = () =>
    page.evaluate<{ kind: string; isDrawn: boolean }[]>(
      "[...document.images].filter((image) => image.offsetParent).map((image) => ({ kind: image.className, isDrawn: image.naturalWidth > 0 }))",
    );
  const figures = await page.locator("figure").count();
  expect(figures).toBeGreaterThan(12);
  expect(await visible()).toEqual(Array.from({ length: figures }, () => ({ kind: "dark", isDrawn: true })));
  await page.emulateMedia({ media: "print" });
  expect(await visible()).toEqual(Array.from({ length: figures }, () => ({ kind: "light", isDrawn: true })));
  expect(readFileSync(path, "utf8")).not.toMatch(/(?:src|href|srcset)="(?!data:)/);
  const refused = await rlvr(["export", "--db", "real.db", "--format", "html", "--steps", "1"], folder);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("Leave out --steps")]);
});
