import { spawn } from "node:child_process";
import { Command } from "commander";
import { RlvrError } from "../../core/errors.ts";
import { createDashboard } from "../../server/dashboard.ts";
import { isLoopback } from "../../server/guards/same-origin.ts";
import { randomToken, SHORTEST_TOKEN } from "../../server/guards/token-access.ts";
import { listen } from "../../server/listen.ts";
import { openCurrentDatabaseReadOnly } from "../../tracking/database.ts";
import { builtPage } from "../built-page.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { describeError } from "../describe-error.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { createTokenDecoder, readTrainerFiles, tokenAdvantages } from "../serve-parts.ts";
import { userPath } from "../user-path.ts";

interface ServeOptions {
  readonly db: string;
  readonly json: boolean;
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly open: boolean;
}

const EXAMPLES = `
Examples:
  rlvr serve                             the dashboard of .rlvr/rlvr.db, on this machine alone
  rlvr serve --db old.db --port 0        another database, on any free port
  rlvr serve --host 0.0.0.0              for other machines too: the printed address has a token in it
  ssh -L 4600:127.0.0.1:4600 gpu-box     the other way to look at a run on another machine

It reads only, and may run beside rlvr run: the page follows what the run writes.`;

/** `rlvr serve`: the dashboard in the foreground. Prints its address to standard output when it listens. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("the dashboard: runs, curricula, cliffs, rollouts and SQL in the browser")
    .addOption(databaseOption())
    .option("--port <n>", "port; 0 takes any free one", wholeNumber(0, 65_535), 4600)
    .option("--host <address>", "address to listen on; beyond loopback a token is asked for", "127.0.0.1")
    .option("--token <token>", "ask for this token (default: none on loopback, else a random one)")
    .option("--open", "open it in the browser", false)
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action(async ({ json, ...options }: ServeOptions) => {
      const databasePath = userPath(options.db);
      const token = options.token ?? (isLoopback(options.host) ? undefined : randomToken());
      if (token !== undefined) requireLongToken(token);
      const db = openCurrentDatabaseReadOnly(databasePath);
      const decoder = createTokenDecoder();
      try {
        const app = createDashboard({
          db,
          databasePath,
          page: await builtPage(),
          host: options.host,
          access: token === undefined ? undefined : { token },
          decodeTokens: decoder.decode,
          tokenAdvantages,
          trainerFiles: (runId, epoch) => readTrainerFiles(databasePath, runId, epoch),
          onFault: (error) => process.stderr.write(`${describeError(error)}\n`),
        });
        await serveUntilInterrupted(app, options, token, json);
      } finally {
        decoder.close();
        db.$client.close();
      }
    });
}

async function serveUntilInterrupted(
  app: ReturnType<typeof createDashboard>,
  { host, port, open }: Omit<ServeOptions, "json">,
  token: string | undefined,
  json: boolean,
): Promise<void> {
  const interrupt = listenForInterrupt();
  const dashboard = await listen(app, host, port);
  try {
    const url = token === undefined ? dashboard.url : `${dashboard.url}?token=${encodeURIComponent(token)}`;
    process.stdout.write(json ? `${JSON.stringify({ url })}\n` : `The dashboard is at ${url}\nCtrl-C ends it.\n`);
    if (open) openInBrowser(url);
    if (!interrupt.signal.aborted)
      await new Promise((resolve) => interrupt.signal.addEventListener("abort", resolve, { once: true }));
  } finally {
    await dashboard.close();
    interrupt.release();
  }
}

function requireLongToken(token: string): void {
  if (token.length >= SHORTEST_TOKEN) return;
  throw new RlvrError("bad_usage", `--token has ${token.length} characters, which can be guessed`, {
    advice: `Give at least ${SHORTEST_TOKEN}, or leave it out: a random one is made where one is needed.`,
  });
}

/** Asks the desktop to open an address; that there is none is no fault, as the address is printed. */
function openInBrowser(url: string): void {
  const command = { darwin: "open", win32: "explorer" }[process.platform as string] ?? "xdg-open";
  const child = spawn(command, [url], { detached: true, stdio: "ignore" });
  child.on("error", () => process.stderr.write("There is no browser to open it with.\n"));
  child.unref();
}
