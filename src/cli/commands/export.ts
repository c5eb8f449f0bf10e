import { Command, InvalidArgumentError, Option } from "commander";
import { RlvrError } from "../../core/errors.ts";
import { readRunVersion, type RunVersion } from "../../core/run-version.ts";
import { hubAddress } from "../../hub/hub-address.ts";
import { exportTo, EXPORT_FORMATS, type ExportFormat } from "../export/formats.ts";
import { openCurrentDatabaseReadOnly } from "../../tracking/database.ts";
import type { StepRange } from "../../tracking/reads/exported-rollouts.ts";
import { findRun } from "../../tracking/runs.ts";
import { databaseOption, jsonOption } from "../common-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { showProgress, type WorkProgress } from "../progress-line.ts";
import { userPath } from "../user-path.ts";

interface Options {
  readonly format: ExportFormat;
  readonly out?: string;
  readonly steps: StepRange;
  readonly force: boolean;
  readonly project: string;
  readonly python?: string;
  readonly merge: boolean;
  readonly baseModel?: string;
  readonly push?: string;
  readonly db: string;
  readonly json: boolean;
}

/** `rlvr export`: what is known of a run, for other tools. */
export function exportCommand(): Command {
  return new Command("export")
    .description("write a run's model, its rollouts, its numbers or a report of it, for other tools")
    .argument("[run]", "the run, the newest when left out; of a model also RUN:STEP or RUN:best", readRunVersion)
    .addOption(new Option("--format <format>", "what to write").choices(EXPORT_FORMATS).makeOptionMandatory())
    .addOption(new Option("--out <path>", "where to (default: see below)").conflicts("push"))
    .addOption(
      new Option("--steps <from-to>", "only these steps, such as 1-20, 7 or 100-")
        .argParser(stepRange)
        .default({ from: 0, to: Infinity }, "all"),
    )
    .option("--project <name>", "project of wandb or trackio that gets the run", "rlvr")
    .option(
      "--python <path>",
      "a Python with the package wandb or trackio (default: python3), or huggingface_hub for --push",
    )
    .option("--merge", "of a model: merge the LoRA adapter into its base, for a whole model", false)
    .option("--base-model <name>", "of a model: its base as others know it, such as OWNER/NAME of the Hugging Face hub")
    .addOption(
      new Option("--push <owner/name>", "of a model: upload it to the Hugging Face hub instead").argParser(
        repositoryName,
      ),
    )
    .option("--force", "replace an export that stands there", false)
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Formats:
  parquet, jsonl   a line a rollout; a folder of parts (run-1-parquet/part-000.parquet), or one file where --out ends in
                   .parquet or .jsonl. The columns: docs/exports.md
  tensorboard      every metric and evaluation by step (tensorboard/NAME-1/events.out.tfevents...)
  wandb, trackio   the same, as a new run there, by their own Python clients (--project, --python)
  html             a report as one page (run-1.html)
  model            a folder that transformers, peft and vLLM load (run-1-step-20): the adapter, or with --merge the
                   merged weights; tokenizer, chat template, generation config and a model card. Of a policy in rlvr's
                   ONNX layout, a folder for rlvr policy serve. A GGUF of it is made by llama.cpp:
                   python llama.cpp/convert_hf_to_gguf.py FOLDER --outfile model.gguf

Nothing stands at --out before it is whole.

Examples:
  rlvr export --format parquet                        the newest run's rollouts
  rlvr export 3 --format jsonl --steps 1-20 --out first.jsonl
  rlvr export 3 --format tensorboard --out logs       then: tensorboard --logdir logs
  rlvr export 3 --format model --merge --out tuned    its newest version as a whole model
  rlvr export 3:best --format model                   its best version; as an adapter where it trained one
  HF_TOKEN=... rlvr export 3 --format model --merge --push OWNER/NAME

--push makes the repository where there is none, for its owner alone to see, by the hub's own client in the trainer's
environment. The token is taken from HF_TOKEN or the client's login, and kept nowhere.`,
    )
    .action(runExport);
}

async function runExport(named: RunVersion | undefined, { json, ...options }: Options): Promise<void> {
  refuseMisfits(named, options);
  const databasePath = userPath(options.db);
  const db = openCurrentDatabaseReadOnly(databasePath);
  const interrupt = listenForInterrupt();
  let progress: WorkProgress = { share: 0, numbers: "" };
  const hide = showProgress("exporting", () => progress);
  try {
    const run = findRun(db, named?.runId);
    const exported = await exportTo(options.format, db, run, {
      ...options,
      at: named?.at,
      databasePath,
      signal: interrupt.signal,
      onProgress(now) {
        progress = now;
        if (interrupt.signal.aborted) throw interrupted();
      },
    });
    hide();
    process.stdout.write(
      json ? `${JSON.stringify({ run: run.id, format: options.format, ...exported.data })}\n` : `${exported.text}\n`,
    );
  } catch (error) {
    if (interrupt.signal.aborted) throw interrupted();
    throw isSystemError(error) ? cannotWrite(error) : error;
  } finally {
    hide();
    interrupt.release();
    db.$client.close();
  }
}

function refuseMisfits(named: RunVersion | undefined, { format, merge, baseModel, push }: Omit<Options, "json">): void {
  // Refuses a token that others could read on its way, or that is none.
  if (push !== undefined) hubAddress();
  if (format === "model") return;
  const misfit = merge
    ? "--merge"
    : baseModel !== undefined
      ? "--base-model"
      : named?.at !== undefined
        ? "a step"
        : undefined;
  if (misfit === undefined) return;
  throw new RlvrError("bad_usage", `${misfit} goes with --format model`, {
    advice: misfit === "a step" ? "Name the run alone, and steps with --steps." : `Leave out ${misfit}.`,
  });
}

/** Whether the operating system refused something, such as to write where there is no room. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

function cannotWrite(cause: NodeJS.ErrnoException): RlvrError {
  return new RlvrError("export_failed", `the export cannot be written: ${cause.message}`, {
    advice: "Look whether there is room and whether you may write there, or choose another place with --out.",
    cause,
  });
}

function interrupted(): RlvrError {
  return new RlvrError("interrupted", "the export was cut short", {
    advice: "Run the same command again when you like.",
  });
}

function repositoryName(text: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(text) && text.length <= 200) return text;
  throw new InvalidArgumentError("OWNER/NAME is wanted: your name or an organisation's on the hub, and the model's");
}

function stepRange(text: string): StepRange {
  const [, from = "", dash, to = ""] = /^(\d+)(?:(-)(\d+)?)?$/.exec(text) ?? [];
  const range = { from: Number(from), to: dash === undefined ? Number(from) : to === "" ? Infinity : Number(to) };
  if (from === "" || range.from > range.to)
    throw new InvalidArgumentError("a range of steps is wanted, such as 1-20, 7 or 100-");
  return range;
}
