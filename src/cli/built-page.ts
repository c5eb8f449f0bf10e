import { readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isPresent } from "../core/files/files.ts";
import { messageOf, RlvrError } from "../core/errors.ts";
import { packagePath } from "../core/package-files.ts";
import { loadPage, type Page } from "../server/page.ts";

const PAGE = packagePath("web/dist");
/** What the page is made of; the package has none of its own sources. */
const SOURCES = ["web/src", "web/public", "web/index.html", "web/vite.config.ts", "src/report"].map((path) =>
  packagePath(path),
);

/**
 * The dashboard's page. The package brings it; in a checkout it is built where it is missing or older than its sources.
 * @throws RlvrError `missing_file` where it cannot be built.
 */
export async function builtPage(): Promise<Page> {
  if (isOutdated()) await build();
  return loadPage(PAGE);
}

function isOutdated(): boolean {
  const index = join(PAGE, "index.html");
  if (!isPresent(index)) return true;
  if (!isPresent(packagePath("web/src"))) return false;
  const built = statSync(index).mtimeMs;
  return SOURCES.some((path) => changedAt(path) > built);
}

/** When a file, or the newest file in a folder, was changed; milliseconds since 1970. */
function changedAt(path: string): number {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  const inside = readdirSync(path, { recursive: true, encoding: "utf8" }).map(
    (name) => statSync(join(path, name)).mtimeMs,
  );
  return Math.max(mtimeMs, ...inside);
}

/** Builds it aside and moves it into place, so that a second `rlvr serve` never finds half a page. */
async function build(): Promise<void> {
  process.stderr.write("Building the page of the dashboard (a few seconds) ...\n");
  const outDir = packagePath(`node_modules/.cache/rlvr-page-${process.pid}`);
  try {
    const vite = await import("vite");
    await vite.build({
      configFile: packagePath("web/vite.config.ts"),
      logLevel: "warn",
      build: { outDir, emptyOutDir: true },
    });
    // Another process may have been faster.
    if (!isOutdated()) return;
    rmSync(PAGE, { recursive: true, force: true });
    renameSync(outDir, PAGE);
  } catch (error) {
    throw new RlvrError("missing_file", `the page of the dashboard cannot be built: ${messageOf(error)}`, {
      advice: "In a checkout: npx pnpm@12 install, then try again. The npm package has the page in it.",
      cause: error,
    });
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
