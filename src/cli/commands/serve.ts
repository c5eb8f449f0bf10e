import { Command, Option } from "commander";
import { variableIn } from "../../core/secrets/api-key.ts";
import { RlvrError } from "../../core/errors.ts";
import { createDashboard } from "../../server/dashboard.ts";
import { CHOSEN_TOKEN, randomToken } from "../../server/guards/token-access.ts";
import { listen } from "../../server/listen.ts";
import { openCurrentDatabaseReadOnly } from "../../tracking/database.ts";
import { builtPage } from "../built-page.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { describeError } from "../describe-error.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { openInBrowser } from "../open-in-browser.ts";
import { createTokenDecoder, readRunFiles, readTrainerFiles, tokenAdvantages } from "../serve-parts.ts";
import { createEvaluationComparer } from "../serve/compare-evaluations.ts";
import { createRunSizes } from "../serve/run-sizes.ts";
import { userPath } from "../user-path.ts";

interface ServeOptions {
  readonly db: string;
  readonly json: boolean;
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly tokenEnv?: string;
  readonly open: boolean;
}

const EXAMPLES = `
Examples:
  rlvr serve                             the dashboard of .rlvr/rlvr.db, on this machine: open the link that it prints
  rlvr serve --db old.db --port 0        another database, on any free port
  rlvr serve --token-env DASHBOARD       the token in $DASHBOARD, so that links still work after a restart
  rlvr serve --host 0.0.0.0              for other machines too
  ssh -L 4600:127.0.0.1:4600 gpu-box     the other way to look at a run on another machine

It reads only, and may run beside rlvr run: the page follows what the run writes.`;

/** `rlvr serve`: the dashboard in the foreground. Prints its link to standard output when it listens. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("the dashboard: runs, curricula, cliffs, rollouts and SQL in the browser")
    .addOption(databaseOption())
    .option("--port <n>", "port; 0 takes any free one", wholeNumber(0, 65_535), 4600)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--token-env <name>", "environment variable with the token to ask for (default: a random one each start)")
    .addOption(new Option("--token <token>").hideHelp())
    .option("--open", "open it in the browser", false)
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action(async ({ json, ...options }: ServeOptions) => {
      const databasePath = userPath(options.db);
      const token = chooseToken(options);
      const db = openCurrentDatabaseReadOnly(databasePath);
      const decoder = createTokenDecoder();
      try {
        const app = createDashboard({
          db,
          databasePath,
          page: await builtPage(),
          host: options.host,
          token,
          decodeTokens: decoder.decode,
          tokenAdvantages,
          trainerFiles: (runId, epoch) => readTrainerFiles(databasePath, runId, epoch),
          compareEvaluations: createEvaluationComparer(db),
          runFiles: (runId) => readRunFiles(databasePath, runId),
          runSizes: createRunSizes(databasePath),
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
  token: string,
  json: boolean,
): Promise<void> {
  const interrupt = listenForInterrupt();
  const dashboard = await listen(app, host, port);
  let forgetLink = (): void => undefined;
  try {
    const url = `${dashboard.url}?token=${encodeURIComponent(token)}`;
    const text = `The dashboard is at ${url}\nAnyone with this link gets in. Ctrl-C ends the server.\n`;
    process.stdout.write(json ? `${JSON.stringify({ url })}\n` : text);
    if (open) forgetLink = openInBrowser(url);
    if (!interrupt.signal.aborted)
      await new Promise((resolve) => interrupt.signal.addEventListener("abort", resolve, { once: true }));
  } finally {
    forgetLink();
    await dashboard.close();
    interrupt.release();
  }
}

/**
 * A new token at each start unless one is named. None is kept on disk: while the server is down, another user may listen on
 * its port, and a page that is still open sends its cookie there; it must be worth nothing by then.
 * @throws RlvrError `bad_usage` for a token on the command line, an unset variable, and a token that can be guessed.
 */
function chooseToken({ token, tokenEnv: name }: Pick<ServeOptions, "token" | "tokenEnv">): string {
  if (token !== undefined) {
    throw new RlvrError("bad_usage", "--token was removed: every user of the machine can read a command line", {
      advice:
        "Put the token into an environment variable and name that with --token-env, or leave it out for a random one.",
    });
  }
  if (name === undefined) return randomToken();
  const chosen = variableIn(process.env, name);
  if (chosen === "") {
    throw new RlvrError("bad_usage", `the environment variable ${name}, which --token-env names, is not set`, {
      advice: "Set it to the token to ask for, or leave --token-env out for a random one.",
    });
  }
  if (CHOSEN_TOKEN.test(chosen)) return chosen;
  throw new RlvrError("bad_usage", `the token in ${name} can be guessed, or a header cannot carry it`, {
    advice: "Use 16 or more letters, digits and signs without spaces, such as `openssl rand -hex 16` gives.",
  });
}
