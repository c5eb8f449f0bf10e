import type { Browser, Page } from "playwright-core";

/** A page of the dashboard, and all that went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Console errors, uncaught exceptions, violations of the content security policy, and requests to other hosts. */
  readonly faults: string[];
}

/**
 * A new page of a browser that keeps what a person would see as a fault; 30 s is the longest it waits for anything.
 * @param link of the dashboard that the page is let in to, in a cookie as a person's browser would have it.
 */
export async function openWatchedPage(
  browser: Browser,
  link: string,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  page.setDefaultTimeout(30_000);
  await page.context().request.get(link);
  const faults: string[] = [];
  page.on("console", (message) => {
    // Reading drawings back, as these tests do, is what the browser warns of.
    if (message.text().startsWith("Canvas2D:")) return;
    if (message.type() === "error" || message.type() === "warning") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== "blob:" && hostname !== "127.0.0.1") faults.push(`asked ${request.url()}`);
  });
  await page.exposeFunction("tellViolation", (what: string) => faults.push(`policy: ${what}`));
  await page.addInitScript(
    "document.addEventListener('securitypolicyviolation', (event) => tellViolation(event.violatedDirective + ' ' + event.blockedURI))",
  );
  return { page, faults };
}

/** How many colours the drawing of a chart has, over all its layers: one where nothing is drawn, 0 without a chart. */
export function coloursOf(page: Page, chart: string): Promise<number> {
  return page.evaluate<number>(`(() => {
    const colours = new Set();
    for (const canvas of document.querySelectorAll('[data-chart="${chart}"] canvas')) {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (const colour of new Uint32Array(data.buffer)) colours.add(colour);
    }
    return colours.size;
  })()`);
}

/** The drawing of a chart, to see whether it changed. */
export function drawingOf(page: Page, chart: string): Promise<string> {
  return page.evaluate<string>(
    `[...document.querySelectorAll('[data-chart="${chart}"] canvas')].map((canvas) => canvas.toDataURL()).join(" ")`,
  );
}
