import { Command, InvalidArgumentError, Option } from "commander";
import { dirname } from "node:path";
import { RlvrError } from "../../core/errors.ts";
import { isPresent } from "../../core/files.ts";
import { growFile } from "../../core/growing-file.ts";
import { isHubReference } from "../../core/hub-reference.ts";
import { fetchHubFile } from "../../problems/hub/fetch-hub-file.ts";
import { importProblems, type ImportReport } from "../../problems/import-problems.ts";
import type { Mapping } from "../../problems/map-record.ts";
import { openSource } from "../../problems/source.ts";
import type { Source } from "../../problems/source-rows.ts";
import { jsonOption, wholeNumber } from "../common-options.ts";
import { importText, refusalText } from "../import-texts.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { printable } from "../printable.ts";
import { showProgress } from "../progress-line.ts";
import { userPath } from "../user-path.ts";

/** Faults and duplicates that a person is told one by one. */
const TOLD = 5;

interface Options extends Pick<Mapping, "problem" | "answer" | "answerAfter" | "arm" | "armName" | "id"> {
  readonly out: string;
  /** False for `--no-keep`. */
  readonly keep?: Readonly<Record<string, string>> | false;
  readonly limit?: number;
  readonly keepGood: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

/** `rlvr problems import FILE --out OUT.jsonl`: a problem set from JSON Lines or Parquet. */
export function problemsImportCommand(): Command {
  return new Command("import")
    .description("make a problem set of a file of JSON Lines (also .gz) or Parquet")
    .argument("<file>", "JSON Lines, also compressed by gzip, or Parquet; or such a file on the Hugging Face hub")
    .requiredOption("--out <file>", "the problem set to write")
    .option("--problem <field>", "field that holds the problem; a.b is field b of field a", "problem")
    .option("--answer <field>", "field that holds the answer", "answer")
    .option("--answer-after <marker>", 'take only what follows the last such text in the answer, as "#### " in GSM8K')
    .option("--arm <field>", "field that holds the arm (default: arm, where there is one)")
    .addOption(new Option("--arm-name <name>", "the arm of every problem").conflicts("arm"))
    .option("--id <field>", "field that holds the id (default: id, where there is one)")
    .option("--keep <fields>", "further fields to keep, such as level,solution=answer (default: all)", keptFields)
    .option("--no-keep", "keep no further fields")
    .option("--limit <n>", "most problems", wholeNumber(1))
    .option("--keep-good", "leave out what is no problem, rather than refuse the file", false)
    .option("--force", "replace a file that stands at --out", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Nothing is written when a line is no problem, unless --keep-good is given; every such line is told by its number. The
file at --out does not exist before it is whole.

Examples:
  rlvr problems import train.jsonl --problem question --answer-after "#### " --arm-name gsm8k --out gsm8k.jsonl
  rlvr problems import train-00000.parquet --answer solution --answer-after "Answer:" --arm level --out math.jsonl
  rlvr problems import dapo.parquet --problem prompt.0.content --answer reward_model.ground_truth --no-keep \\
    --limit 1000 --out dapo.jsonl --json
  rlvr problems import hf://datasets/openai/gsm8k/main/test-00000-of-00001.parquet --problem question \\
    --answer-after "#### " --out gsm8k-test.jsonl`,
    )
    .action(importFile);
}

async function importFile(file: string, options: Options): Promise<void> {
  const [path, out] = [isHubReference(file) ? file : userPath(file), writable(userPath(options.out), options.force)];
  const source = await openSource(isHubReference(file) ? await fetchHubFile(file, { onNote: tellNote }) : path);
  const { report, written } = await work(source, out, options);
  const { rows, problems, bad, duplicates, arms } = report;
  if (options.json) {
    const document = {
      source: path,
      format: source.format,
      rows,
      problems,
      bad: bad.first,
      duplicates: duplicates.first,
      arms: Object.fromEntries(arms),
      out: written === undefined ? null : { path: out, ...written },
    };
    process.stdout.write(`${JSON.stringify(document)}\n`);
  }
  if (written === undefined) throw refusal(path, source, report);
  if (!options.json) process.stdout.write(`${importText(report, source.format, { path: out, ...written })}\n`);
}

/** What came of importing; nothing is written where that is refused. */
async function work(
  source: Source,
  out: string,
  { keep, limit, keepGood, json, ...fields }: Options,
): Promise<{
  readonly report: ImportReport;
  readonly written: { readonly bytes: number; readonly sha256: string } | undefined;
}> {
  const told = json ? Infinity : TOLD;
  const mapping = { ...fields, keep: keep === false ? {} : keep };
  const interrupt = listenForInterrupt();
  let [rows, bad] = [0, 0];
  const hide = showProgress("importing", () => ({
    share: source.share(),
    numbers: `${rows.toLocaleString("en-US")} rows${bad > 0 ? `, ${bad.toLocaleString("en-US")} bad` : ""}`,
  }));
  const file = await growFile(out);
  let finished = false;
  try {
    const report = await importProblems(source, { mapping, limit, keepGood, told }, file.write, (done, faults) => {
      [rows, bad] = [done, faults];
      if (interrupt.signal.aborted) throw interrupted();
    });
    const isRefused = report.problems === 0 || (report.bad.count > 0 && !keepGood);
    if (isRefused) return { report, written: undefined };
    const written = await file.finish();
    finished = true;
    return { report, written };
  } finally {
    if (!finished) await file.discard();
    hide();
    interrupt.release();
  }
}

function refusal(path: string, { format }: Source, report: ImportReport): RlvrError {
  if (report.bad.count === 0) {
    return new RlvrError("bad_problems", `${path} holds no problems`, { advice: "Name a file that holds some." });
  }
  return new RlvrError("bad_problems", `${path}: ${refusalText(report, format, TOLD)}`, {
    advice:
      "Nothing was written. Correct those, name other fields (--problem, --answer, --arm), or add --keep-good to leave them out.",
  });
}

function tellNote(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

function interrupted(): RlvrError {
  return new RlvrError("interrupted", "nothing was written", { advice: "Run the same command again when you like." });
}

function writable(path: string, force: boolean): string {
  if (!isPresent(dirname(path))) {
    throw new RlvrError("missing_file", `there is no folder ${dirname(path)} to write into`, {
      advice: "Make the folder, or correct --out.",
    });
  }
  if (!force && isPresent(path)) {
    throw new RlvrError("bad_usage", `${path} exists already`, {
      advice: "Choose another name for --out, or add --force to replace it.",
    });
  }
  return path;
}

/** Names that the mapping fills have options of their own. */
const MAPPED: ReadonlySet<string> = new Set(["problem", "answer", "arm", "id"]);

function keptFields(text: string): Record<string, string> {
  const entries = text.split(",").map((entry): [string, string] => {
    const [, name = "", field = name] = /^\s*([^=]+?)\s*(?:=\s*(.+?)\s*)?$/.exec(entry) ?? [];
    if (name === "") throw new InvalidArgumentError("fields are separated by commas: level,solution=answer");
    if (MAPPED.has(name)) throw new InvalidArgumentError(`"${name}" has an option of its own: --${name}`);
    return [name, field];
  });
  return Object.fromEntries(entries);
}
