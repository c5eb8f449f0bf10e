import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// The built package mirrors the repository's layout, so the same relative paths hold in both; only the extension differs.
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** The absolute path of a file that ships with the package, such as `policies/tiny`, from a path below its root. */
export function packagePath(relative: string): string {
  return fileURLToPath(new URL(`../../${relative}`, import.meta.url));
}

/** The absolute path of a module of this package that is started as a process or worker of its own, from its path without extension. */
export function modulePath(relative: string): string {
  return packagePath(relative + EXTENSION);
}

/** The version of this package. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as { version: string }).version;
}
