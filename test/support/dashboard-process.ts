import { startRlvr, type RlvrProcess } from "./rlvr-process.ts";

/** A running `rlvr serve`. */
export interface DashboardProcess {
  /** Without its token; ends in a slash. */
  readonly url: string;
  readonly token: string;
  /** The link that it printed, which lets a browser in. */
  readonly link: string;
  /** Ends it as Ctrl-C does. */
  readonly stop: () => Promise<void>;
}

/** Starts `rlvr serve` on a free port for a database, and waits until it listens. */
export async function startDashboard(
  db: string,
  cwd: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<DashboardProcess> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const server: RlvrProcess = startRlvr(["serve", "--db", db, "--port", "0", "--json", ...args], {
    cwd,
    env,
    onLine: (line) => resolve((JSON.parse(line) as { readonly url: string }).url),
  });
  void server.ended.then(({ code, stderr }) => reject(new Error(`rlvr serve ended with ${code}: ${stderr}`)));
  const link = await promise;
  const { origin, searchParams } = new URL(link);
  return {
    url: `${origin}/`,
    token: searchParams.get("token") ?? "",
    link,
    stop: async () => {
      server.child.kill("SIGINT");
      await server.ended;
    },
  };
}
