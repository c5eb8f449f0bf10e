import { Command, InvalidArgumentError } from "commander";
import { RlvrError } from "../../core/errors.ts";
import { createTally, type GrowingTally } from "../../core/tally.ts";
import { finding, type Finding } from "../../problems/lint/finding.ts";
import { createSetChecks, type HeldOut } from "../../problems/lint/set-checks.ts";
import { openProblemSet } from "../../problems/open-problem-set.ts";
import { createSeenTexts } from "../../problems/seen-texts.ts";
import { ROW_WORDS } from "../../problems/source/source-rows.ts";
import type { Mapping } from "../../problems/import/map-record.ts";
import { resolveVerifier } from "../../verifiers/resolve-reference.ts";
import { envOption, jsonOption } from "../common-options.ts";
import { addMappingOptions, mappingIfAny, type MappingOptions } from "../mapping-options.ts";
import { ANSWER_PLACE, startAnswerJudge, type AnswerJudge, type NumberedProblem } from "../lint/answer-judge.ts";
import { lintText, type LintResult } from "../lint/lint-text.ts";
import { showProgress } from "../progress-line.ts";
import { setFile, type SetFile } from "../set-file.ts";
import { optionsOf, setOption, type SetEntry } from "../set-option.ts";
import { userPath } from "../user-path.ts";

/** Findings of a kind that a person is told one by one. */
const TOLD = 5;

interface Options extends MappingOptions {
  readonly against: readonly string[];
  readonly verifier?: string;
  readonly response: string;
  readonly set: readonly SetEntry[];
  readonly env: readonly string[];
  readonly json: boolean;
}

/** `rlvr problems lint FILE`: what is wrong or suspicious with a problem set. */
export function problemsLintCommand(): Command {
  const command = new Command("lint")
    .description("say what is wrong or suspicious with a problem set")
    .argument("<set>", "problems {problem, answer, arm?, hints?, id?} as JSON, JSON Lines or Parquet");
  return addMappingOptions(command)
    .option(
      "--against <file>",
      "a held-out set of the same form that must share no problem; may be repeated",
      collected,
      [],
    )
    .option("--verifier <name>", "have this verifier, by name or path, judge each answer as its own response")
    .option("--response <form>", "how a response to the verifier gives the answer", answerForm, ANSWER_PLACE)
    .addOption(setOption("an option of the verifier, such as absolute=0.01; may be repeated"))
    .addOption(envOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Faults are lines that are not problems, empty problems and answers, a problem with two answers, an id twice, hints that
give the answer away, problems of a held-out set, and answers that their own verifier rejects or cannot read. Warnings
are problems that occur twice, answers of several lines, and arms of few problems. Texts are the same when only their
white space differs. Exit code 1 when there is a fault.

Examples:
  rlvr problems lint practice.jsonl --against held-out.jsonl
  rlvr problems lint practice.jsonl --verifier numeric --set absolute=0.01
  rlvr problems lint gsm8k.jsonl --verifier gsm8k --response '#### {answer}'
  rlvr problems lint hf://datasets/openai/gsm8k/main/train-00000-of-00001.parquet --problem question
  rlvr problems lint practice.jsonl --json | jq '.findings[] | select(.kind == "hint-leak") | .line'`,
    )
    .action(lint);
}

async function lint(file: string, options: Options): Promise<void> {
  if ((options.set.length > 0 || options.env.length > 0) && options.verifier === undefined) {
    const [flag, what] = options.set.length > 0 ? ["--set", "an option"] : ["--env", "a variable"];
    throw new RlvrError("bad_usage", `${flag} gives ${what} to a verifier, and there is none`, {
      advice: "Name it with --verifier.",
    });
  }
  const fields = mappingIfAny(options);
  const heldOut: HeldOut[] = [];
  for (const named of options.against) heldOut.push(await readHeldOut(await setFile(named), fields));
  const judge =
    options.verifier === undefined
      ? undefined
      : await startAnswerJudge(
          resolveVerifier({ ...optionsOf(options.set), name: options.verifier }, () => userPath(".")),
          options.env,
          options.response,
        );
  try {
    const result = await look(await setFile(file), fields, heldOut, judge, options.json ? Infinity : TOLD);
    process.stdout.write(options.json ? `${JSON.stringify(documentOf(result))}\n` : `${lintText(result)}\n`);
    if (result.faults > 0) process.exitCode = 1;
  } finally {
    await judge?.close();
  }
}

async function look(
  { name, path }: SetFile,
  fields: Mapping | undefined,
  heldOut: readonly HeldOut[],
  judge: AnswerJudge | undefined,
  told: number,
): Promise<LintResult> {
  const set = await openProblemSet(path, fields);
  const checks = createSetChecks(heldOut);
  const findings = new Map<string, GrowingTally<Finding>>();
  const counts = { fault: 0, warning: 0 };
  const add = (found: readonly Finding[]): void => {
    for (const each of found) {
      const tally = findings.get(each.kind) ?? createTally<Finding>(told);
      findings.set(each.kind, tally);
      tally.add(each);
      counts[each.severity]++;
    }
  };
  let problems = 0;
  /** The problems, once it is told what is wrong with them and the lines between them. */
  async function* looked(): AsyncGenerator<NumberedProblem> {
    for await (const line of set.lines) {
      if ("fault" in line) {
        add([finding("bad-line", line.number, line.fault)]);
        continue;
      }
      problems++;
      add(checks.look(line.problem, line.number));
      yield line;
    }
  }
  const hide = showProgress("linting", () => ({
    share: set.share(),
    numbers: `${problems.toLocaleString("en-US")} problems`,
  }));
  try {
    const lines = looked();
    if (judge === undefined) while ((await lines.next()).done !== true);
    else for await (const found of judge.findings(lines)) add(found);
    add(checks.end());
  } finally {
    hide();
  }
  return { path: name, problems, arms: checks.arms, faults: counts.fault, warnings: counts.warning, findings };
}

/** @throws RlvrError `bad_problems` when a line is no problem: what cannot be read cannot be compared. */
async function readHeldOut({ name, path }: SetFile, fields: Mapping | undefined): Promise<HeldOut> {
  const problems = createSeenTexts();
  const set = await openProblemSet(path, fields);
  for await (const line of set.lines) {
    if ("problem" in line) problems.firstOf(line.problem.problem, line.number);
    else {
      throw new RlvrError("bad_problems", `${name}, ${ROW_WORDS[set.format]} ${line.number}: ${line.fault}`, {
        advice: `Lint that set first: rlvr problems lint ${name}`,
      });
    }
  }
  return { path: name, problems };
}

function documentOf({ path, problems, arms, faults, warnings, findings }: LintResult): unknown {
  const all = [...findings.values()].flatMap(({ first }) => first);
  const inOrder = all.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
  return { path, problems, arms: Object.fromEntries(arms), faults, warnings, findings: inOrder };
}

function collected(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function answerForm(text: string): string {
  if (text.includes(ANSWER_PLACE)) return text;
  throw new InvalidArgumentError(`${ANSWER_PLACE} has to stand where the answer does, as in '#### ${ANSWER_PLACE}'`);
}
