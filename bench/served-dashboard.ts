import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A process of `rlvr serve`. */
export interface ServedDashboard {
  readonly child: ChildProcess;
  /** Ends in a slash. */
  readonly url: string;
  /** What lets a request in. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Starts `rlvr serve` on any free port, and waits until it listens. */
export async function serveDashboard(db: string): Promise<ServedDashboard> {
  const main = join(import.meta.dirname, "../src/cli/main.ts");
  const child = spawn(process.execPath, [main, "serve", "--db", db, "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), once(child, "exit")])) as [string];
  const { origin, searchParams } = new URL((JSON.parse(line) as { url: string }).url);
  return { child, url: `${origin}/`, headers: { authorization: `Bearer ${searchParams.get("token")}` } };
}
