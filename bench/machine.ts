import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { PYTHON } from "./blocks.ts";

/** Load averages of the last minute and five minutes. */
export function load(): string {
  return loadavg()
    .slice(0, 2)
    .map((value) => value.toFixed(2))
    .join(" / ");
}

/** Whether other work keeps so much of the machine busy that times would say little. */
export function isBusy(): boolean {
  return (loadavg()[0] ?? 0) > 0.35 * availableParallelism();
}

/** The machine, in words. */
export function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? "an unknown CPU"}, ${memory} GiB`;
}

/** Versions of what computes on either side: Node with these packages of ours, Python with these of bench/.venv. */
export function versions(ours: readonly string[], theirs: readonly string[]): string {
  const root = join(import.meta.dirname, "..");
  const packages = ours.map((name) => {
    const text = readFileSync(join(root, "node_modules", name, "package.json"), "utf8");
    return `, ${name} ${(JSON.parse(text) as { version: string }).version}`;
  });
  const code = `from importlib.metadata import version; from platform import python_version
print("Python " + python_version(), *(f"{n} {version(n)}" for n in ${JSON.stringify(theirs)}), sep=", ")`;
  const python = execFileSync(PYTHON, ["-c", code], { encoding: "utf8" }).trim();
  return `Node ${process.versions.node}${packages.join("")}; ${python}`;
}
