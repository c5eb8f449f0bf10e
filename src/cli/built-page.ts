import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isPresent } from "../core/files.ts";
import { messageOf, RlvrError } from "../core/errors.ts";
import { packagePath } from "../core/package-files.ts";
import { loadPage, type Page } from "../server/page.ts";

/** What the page is made of, in a checkout. */
const SOURCES = ["web/index.html", "web/vite.config.ts", "web/src", "src/report", "src/core"];

/**
 * The dashboard's page. The package brings it; in a checkout it is built where it is missing or older than its sources.
 * @throws RlvrError `missing_file` where it cannot be built.
 */
export async function builtPage(): Promise<Page> {
  const directory = packagePath("web/dist");
  const page = join(directory, "index.html");
  const isCheckout = isPresent(packagePath("web/src"));
  if (!isPresent(page) || (isCheckout && newest(SOURCES.map(packagePath)) > statSync(page).mtimeMs)) await build();
  return loadPage(directory);
}

/** When the newest of some files and folders was last changed, in milliseconds. */
function newest(paths: readonly string[]): number {
  const files = paths.flatMap((path) =>
    statSync(path).isFile()
      ? [path]
      : readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
          .map((entry) => join(entry.parentPath, entry.name)),
  );
  return files.reduce((latest, file) => Math.max(latest, statSync(file).mtimeMs), 0);
}

async function build(): Promise<void> {
  process.stderr.write("Building the page of the dashboard (a few seconds) ...\n");
  try {
    const vite = await import("vite");
    await vite.build({ configFile: packagePath("web/vite.config.ts"), logLevel: "warn" });
  } catch (error) {
    throw new RlvrError("missing_file", `the page of the dashboard cannot be built: ${messageOf(error)}`, {
      advice: "In a checkout: npx pnpm@12 install, then try again. The npm package has the page in it.",
      cause: error,
    });
  }
}
