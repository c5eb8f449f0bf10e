import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { aptInstall } from "./apt-install.ts";

const USUAL = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Nothing that asks other hosts, and what a container without a user namespace or a graphics card needs. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--force-prefers-reduced-motion",
];

/**
 * Starts Chromium: `RLVR_CHROMIUM`, a usual path, or, as root on Debian, the distribution's package, which is then installed.
 * @throws Error that says how to get one.
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium() ?? installChromium(), args: FLAGS });
}

function findChromium(): string | undefined {
  const named = process.env["RLVR_CHROMIUM"];
  if (named === undefined) return USUAL.find((path) => existsSync(path));
  if (!existsSync(named)) throw new Error(`RLVR_CHROMIUM names ${named}, which is not there`);
  return named;
}

function installChromium(): string {
  const advice = "Install Chromium or Chrome, or name its executable in RLVR_CHROMIUM.";
  aptInstall(["chromium"], advice);
  const found = findChromium();
  if (found === undefined) throw new Error(`apt-get installed no browser. ${advice}`);
  return found;
}
