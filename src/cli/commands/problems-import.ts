import { Command, InvalidArgumentError } from "commander";
import { dirname } from "node:path";
import { RlvrError } from "../../core/errors.ts";
import { isPresent } from "../../core/files/files.ts";
import { growFile } from "../../core/files/growing-file.ts";
import { importProblems, type ImportReport } from "../../problems/import/import-problems.ts";
import { openSource } from "../../problems/source/open-source.ts";
import type { Source } from "../../problems/source/source-rows.ts";
import { jsonOption, wholeNumber } from "../common-options.ts";
import { importText, refusalText } from "../import-texts.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { addMappingOptions, FORMATS_HELP, mappingOf, type MappingOptions } from "../mapping-options.ts";
import { showProgress } from "../progress-line.ts";
import { setFile } from "../set-file.ts";
import { userPath } from "../user-path.ts";

/** Faults and duplicates that a person is told one by one. */
const TOLD = 5;

interface Options extends MappingOptions {
  readonly out: string;
  /** False for `--no-keep`. */
  readonly keep?: Readonly<Record<string, string>> | false;
  readonly limit?: number;
  readonly keepGood: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

/** `rlvr problems import FILE --out OUT.jsonl`: a problem set from JSON or Parquet. */
export function problemsImportCommand(): Command {
  const command = new Command("import")
    .description("make a problem set of a file of JSON Lines, a JSON array (also .gz, .zst) or Parquet")
    .argument(
      "<file>",
      "JSON Lines, a JSON array, also packed by gzip or zstd, or Parquet; or such a file on the Hugging Face hub",
    )
    .requiredOption("--out <file>", "the problem set to write");
  return addMappingOptions(command)
    .option("--keep <fields>", "further fields to keep, such as level,solution=answer (default: all)", keptFields)
    .option("--no-keep", "keep no further fields")
    .option("--limit <n>", "most problems", wholeNumber(1))
    .option("--keep-good", "leave out rows that are not problems, rather than refuse the file", false)
    .option("--force", "replace a file that stands at --out", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Nothing is written when a row is not a problem, unless --keep-good is given; each such row is reported by its number.
The file at --out appears only once it is complete.

A problem may be a conversation that ends with the user's message: that message is then its text, and the whole
conversation the field \`messages\`. Numbers are taken as they stand in the file, all their digits.

Formats for --from:
${FORMATS_HELP}

Examples:
  rlvr problems import train.jsonl --problem question --answer-after "#### " --arm-name gsm8k --out gsm8k.jsonl
  rlvr problems import train-00000.parquet --answer solution --answer-after "Answer:" --arm level --out math.jsonl
  rlvr problems import dapo.parquet --from verl --no-keep --limit 1000 --out dapo.jsonl --json
  rlvr problems import hf://datasets/openai/gsm8k/main/test-00000-of-00001.parquet --problem question \\
    --answer-after "#### " --out gsm8k-test.jsonl`,
    )
    .action(importFile);
}

async function importFile(file: string, options: Options): Promise<void> {
  const out = writable(userPath(options.out), options.force);
  const { name, path } = await setFile(file);
  const source = await openSource(path);
  const { report, written } = await work(source, out, options);
  const { rows, problems, bad, duplicates, arms } = report;
  if (options.json) {
    const document = {
      source: name,
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
  if (written === undefined) throw refusal(name, source, report);
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
  const mapping = mappingOf(fields, keep === false ? {} : keep);
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
