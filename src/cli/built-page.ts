import { isPresent } from "../core/files.ts";
import { messageOf, RlvrError } from "../core/errors.ts";
import { packagePath } from "../core/package-files.ts";
import { loadPage, type Page } from "../server/page.ts";

/**
 * The dashboard's page. The package brings it; in a checkout it is built where it is missing.
 * @throws RlvrError `missing_file` where it cannot be built.
 */
export async function builtPage(): Promise<Page> {
  const directory = packagePath("web/dist");
  if (!isPresent(`${directory}/index.html`)) await build();
  return loadPage(directory);
}

async function build(): Promise<void> {
  process.stderr.write("Building the page of the dashboard (this happens once) ...\n");
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
