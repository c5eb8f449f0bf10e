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

/** Versions of what computes on either side. */
export function versions(): string {
  const root = join(import.meta.dirname, "..");
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/onnxruntime-node/package.json"), "utf8")) as {
    version: string;
  };
  const names = ["torch", "trl", "transformers"];
  const code = `from importlib.metadata import version; print(", ".join(f"{n} {version(n)}" for n in ${JSON.stringify(names)}))`;
  const python = execFileSync(PYTHON, ["-c", code], { encoding: "utf8" }).trim();
  return `Node ${process.versions.node}, onnxruntime-node ${version}; ${python}`;
}
