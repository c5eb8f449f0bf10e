import { startRlvr, type RlvrProcess } from "./rlvr-process.ts";

/** A running `rlvr serve`. */
export interface DashboardProcess {
  /** Ends in a slash. */
  readonly url: string;
  /** Ends it as Ctrl-C does. */
  readonly stop: () => Promise<void>;
}

/** Starts `rlvr serve` on a free port for a database, and waits until it listens. */
export async function startDashboard(db: string, cwd: string, args: readonly string[] = []): Promise<DashboardProcess> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const server: RlvrProcess = startRlvr(["serve", "--db", db, "--port", "0", "--json", ...args], {
    cwd,
    onLine: (line) => resolve((JSON.parse(line) as { readonly url: string }).url),
  });
  void server.ended.then(({ code, stderr }) => reject(new Error(`rlvr serve ended with ${code}: ${stderr}`)));
  const url = await promise;
  return {
    url,
    stop: async () => {
      server.child.kill("SIGINT");
      await server.ended;
    },
  };
}
