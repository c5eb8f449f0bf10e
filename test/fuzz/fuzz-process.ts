import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** What became of the cases of a target. */
export interface FuzzOutcome {
  readonly cases: number;
  /** Cases by how they ended: `accepted`, or the code of a refusal. */
  readonly ends: Readonly<Record<string, number>>;
  /** The longest case by the clock, in milliseconds. */
  readonly longestMs: number;
  /** The most memory that the process held, in MiB. */
  readonly memoryMb: number;
  /** How to see the first failure again, made small; undefined where there is none. */
  readonly failure?: string | undefined;
}

/** Names of all targets. */
export function fuzzTargets(): string[] {
  return readdirSync(`${folder}targets`)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => basename(name, ".ts"));
}

/** Tries a target with generated input in a process of its own, which is killed by a case that takes too much. */
export function fuzz(target: string, cases: number, seed: number): Promise<FuzzOutcome> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      // Garbage is collected before it counts as memory that a case takes.
      ["--max-old-space-size=320", `${folder}run-target.ts`, target, String(cases), String(seed)],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout) as FuzzOutcome);
        else reject(new Error(`fuzzing ${target} with seed ${seed} died: ${stderr.slice(-2000)}`, { cause: error }));
      },
    );
  });
}
