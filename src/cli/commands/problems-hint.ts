import { Command, InvalidArgumentError, Option } from "commander";
import { createLogUpdate } from "log-update";
import { dirname } from "node:path";
import { apiKeyIn } from "../../core/secrets/api-key.ts";
import { RlvrError } from "../../core/errors.ts";
import { isPresent, writeFileAtomic } from "../../core/files/files.ts";
import type { Prices } from "../../hints/estimate.ts";
import {
  carryOut,
  estimateOf,
  outcomesOf,
  planHints,
  type HintPlan,
  type HintProgress,
  type HintSettings,
} from "../../hints/hint-problems.ts";
import { lineWith, readProblemLines } from "../../hints/problem-lines.ts";
import { hintReport } from "../../hints/report.ts";
import { readTeacherPrompts } from "../../hints/teacher-prompts.ts";
import { openDatabase, type Database } from "../../tracking/database.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { confirm } from "../confirm.ts";
import { estimateText, progressText, reportText } from "../hint-texts.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { checkedServerUrl } from "../server-options.ts";
import { userPath } from "../user-path.ts";

const DEFAULT_KEY = "OPENAI_API_KEY";

interface Options {
  readonly teacher: string;
  readonly model: string;
  readonly out: string;
  readonly rewrite: boolean;
  readonly retries: number;
  readonly concurrency: number;
  readonly temperature: number;
  readonly seed: number;
  readonly maxTokens: number;
  readonly keyEnv: string;
  readonly priceIn?: number;
  readonly priceOut?: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly db: string;
  readonly json: boolean;
}

/** `rlvr problems hint`: hints for a problem set, written by a teacher model. */
export function problemsHintCommand(): Command {
  return new Command("hint")
    .description("have a teacher model write the hints of a problem set")
    .argument("<set>", "problems {problem, answer, solution?, ...} as JSON, JSON Lines or Parquet")
    .requiredOption("--teacher <url>", "base URL of an OpenAI-compatible server")
    .requiredOption("--model <name>", "the teacher's name on that server")
    .requiredOption("--out <file>", "the set with hints; may be the set itself")
    .option("--rewrite", "write hints anew where there are some already", false)
    .option("--retries <n>", "how often to ask again when an answer cannot be used", wholeNumber(0), 3)
    .option("--concurrency <n>", "calls under way at once", wholeNumber(1), 8)
    .option("--temperature <t>", "the teacher's sampling temperature", decimal, 0.7)
    .option("--seed <n>", "the teacher's seed; another one asks for other hints", wholeNumber(0), 0)
    .option("--max-tokens <n>", "most tokens of an answer, thinking aloud included", wholeNumber(1), 4096)
    .option("--key-env <name>", "environment variable that holds the API key", DEFAULT_KEY)
    .addOption(new Option("--price-in <price>", "price of a million prompt tokens").argParser(decimal))
    .addOption(new Option("--price-out <price>", "price of a million completion tokens").argParser(decimal))
    .option("--dry-run", "only show what it would cost", false)
    .option("--yes", "do not ask before calls are made", false)
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Each problem gets hints in three tiers (knowledge, planning, solution) of up to four parts. Hints that give the final
answer away before their last part are refused. Every answer is kept in the database: after an interruption, the same
command goes on and asks nothing twice.

Examples:
  rlvr problems hint set.jsonl --teacher http://127.0.0.1:8000 --model qwen3-32b --out hinted.jsonl
  rlvr problems hint set.jsonl --teacher https://api.openai.com --model gpt-5 --temperature 1 \\
    --price-in 1.25 --price-out 10 --out hinted.jsonl --dry-run
  rlvr problems hint set.jsonl --teacher http://127.0.0.1:11434 --model gemma3 --out set.jsonl --yes --json`,
    )
    .action(hint);
}

async function hint(set: string, options: Options): Promise<void> {
  const [path, out] = [existing(userPath(set)), writable(userPath(options.out))];
  const url = new URL(checkedServerUrl(options.teacher, "--teacher"));
  const apiKey = keyIn(options.keyEnv);
  const lines = await readProblemLines(path);
  const open = lines.filter(({ problem }) => options.rewrite || problem.hints === undefined);
  const settings: HintSettings = { ...options, prompts: readTeacherPrompts() };
  const db = openDatabase(userPath(options.db));
  try {
    const plan = planHints(
      db,
      open.map(({ problem }) => problem),
      settings,
    );
    const estimate = estimateOf(plan, settings, pricesOf(options));
    if (options.dryRun) {
      const told = { problems: lines.length, toHint: open.length, cached: plan.cached, ...estimate };
      process.stdout.write(options.json ? `${JSON.stringify(told)}\n` : estimateText(estimate, plan.cached));
      return;
    }
    let progress: HintProgress | undefined;
    if (estimate.calls > 0) {
      process.stderr.write(estimateText(estimate, plan.cached));
      if (!options.yes) {
        const isWanted = await confirm({
          question: "Make these calls?",
          withoutTerminal: {
            message: "calls cost money or time, and there is no terminal to ask whether to make them",
            advice: "Add --yes to make them, or --dry-run to see the estimate only.",
          },
          stopped: "no call was made",
        });
        if (!isWanted) {
          process.stdout.write(options.json ? "null\n" : "made no call, and wrote nothing\n");
          return;
        }
      }
      progress = await work(db, plan, settings, { ...options, url, apiKey });
    }
    const outcomes = new Map(outcomesOf(plan).map((outcome, index) => [open[index], outcome]));
    const written = lines.map((line) => lineWith(line, outcomes.get(line)));
    writeFileAtomic(out, `${written.join("\n")}\n`);
    const report = hintReport({ out, lines, outcomes, cached: plan.cached, progress });
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${reportText(report)}\n`);
  } finally {
    db.$client.close();
  }
}

async function work(
  db: Database,
  plan: HintPlan,
  settings: HintSettings,
  { url, apiKey, concurrency }: Options & { readonly url: URL; readonly apiKey: string | undefined },
): Promise<HintProgress> {
  const interrupt = listenForInterrupt();
  const log = process.stderr.isTTY ? createLogUpdate(process.stderr) : undefined;
  const start = performance.now();
  try {
    // The client takes longer to load than all else together: not before there is something to ask.
    const { connectTeacher } = await import("../../hints/teacher.ts");
    const teacher = await connectTeacher(url, apiKey, settings);
    try {
      return await carryOut(db, plan, teacher, {
        concurrency,
        signal: interrupt.signal,
        onProgress: (progress) => log?.(progressText(progress, (performance.now() - start) / 1000)),
      });
    } finally {
      await teacher.close();
    }
  } finally {
    log?.done();
    interrupt.release();
  }
}

function pricesOf({ priceIn, priceOut }: Options): Prices | undefined {
  return priceIn === undefined && priceOut === undefined ? undefined : { input: priceIn ?? 0, output: priceOut ?? 0 };
}

/** The key in an environment variable; only the usual one may be absent, for servers that want none. */
function keyIn(name: string): string | undefined {
  return name === DEFAULT_KEY && (process.env[name] ?? "") === "" ? undefined : apiKeyIn(name, "--key-env");
}

function existing(path: string): string {
  if (isPresent(path)) return path;
  throw new RlvrError("missing_file", `there is no file at ${path}`, {
    advice: "Correct the path of the problem set; it is relative to the folder you stand in.",
  });
}

/** Found out before calls are paid for, not after. */
function writable(path: string): string {
  if (isPresent(dirname(path))) return path;
  throw new RlvrError("missing_file", `there is no folder ${dirname(path)} to write into`, {
    advice: "Make the folder, or correct --out.",
  });
}

function decimal(text: string): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError("a number from 0 is wanted");
  return value;
}
