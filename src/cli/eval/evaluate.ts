import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Suite } from "../../config/suite-schema.ts";
import { RlvrError } from "../../core/errors.ts";
import { sha256, writeFileAtomic } from "../../core/files/files.ts";
import { passLadder } from "../../evals/metrics.ts";
import type { ResultDocument } from "../../evals/result-document.ts";
import { reportByArm } from "../../evals/suite-report.ts";
import { evaluateSuite, type ProblemResult } from "../../run/evaluation/evaluate-suite.ts";
import type { SuitePolicy } from "../../run/evaluation/suite-policy.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { oneLine } from "../printable.ts";
import { showProgress } from "../progress-line.ts";
import { userPath } from "../user-path.ts";
import { chooseEvaluation, type ChosenEvaluation, type PolicyOptions } from "./choose-policy.ts";
import { reportJson, reportText } from "./report-text.ts";

/** Evaluates what the options name, shows how far it is, and tells what it gave. Throws what ended it. */
export async function evaluate(
  options: PolicyOptions & { readonly out?: string | undefined; readonly json: boolean },
  suite: Suite | undefined,
  usual: () => Suite,
): Promise<void> {
  const out = options.out === undefined ? undefined : writablePath(options.out);
  const chosen = await chooseEvaluation(options, suite, usual);
  const results = await evaluateVisibly(chosen);
  const { name, samples, temperature, seed, metrics } = chosen.suite;
  const problems = results.map(({ problem, results: judged }) => ({
    arm: problem.arm,
    completions: judged.map(({ outcome }) => outcome),
  }));
  const measured = [...new Set([`mean@${samples}`, ...metrics, ...passLadder(samples)])];
  const reports = reportByArm(problems, measured, seed);
  if (out !== undefined) writeFileAtomic(out, `${JSON.stringify(documentOf(chosen, results))}\n`);
  const head = `${name} on ${chosen.name}: ${samples} ${samples === 1 ? "completion" : "completions"} a problem, temperature ${temperature}`;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ suite: name, policy: chosen.name, samples, arms: reportJson(reports, samples) })}\n`
      : `${oneLine(head)}\n\n${reportText(reports, metrics)}\n`,
  );
}

async function evaluateVisibly({ suite, policy }: ChosenEvaluation): Promise<ProblemResult[]> {
  const interrupt = listenForInterrupt();
  const total = suite.sets.reduce((sum, { problems }) => sum + problems.length, 0);
  let done = 0;
  const hide = showProgress(`evaluating on ${suite.name}`, () => ({
    share: done / total,
    numbers: `${done} of ${total} problems`,
  }));
  try {
    return await evaluateSuite(suite, policy, (now) => (done = now), interrupt.signal);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new RlvrError("interrupted", `the evaluation was interrupted after ${done} of ${total} problems`, {
      advice: "Nothing of it was kept. Start it again.",
      cause: error,
    });
  } finally {
    hide();
    interrupt.release();
  }
}

function documentOf({ suite, policy, name }: ChosenEvaluation, results: readonly ProblemResult[]): ResultDocument {
  return {
    format: "rlvr-eval",
    version: 1,
    suite: { name: suite.name, samples: suite.samples, temperature: suite.temperature, seed: suite.seed },
    policy: { name, version: versionOf(policy) },
    problems: results.map(({ problem, results: judged }) => ({
      key: problem.id ?? sha256(problem.problem).slice(0, 16),
      arm: problem.arm,
      problem: problem.problem,
      answer: problem.answer,
      completions: judged.map(({ completion, outcome }) => ({
        status: outcome.status,
        passed: outcome.passed,
        score: outcome.reward,
        extracted: outcome.extracted,
        tokens: completion.tokenIds.length,
        text: completion.text,
      })),
    })),
  };
}

function versionOf(policy: SuitePolicy): number | null {
  if (policy.kind === "server") return null;
  return (policy.kind === "run" ? policy.version : policy).weights.policyVersion;
}

/** The path of a file to write, before the work that is to be kept there. */
function writablePath(name: string): string {
  const path = userPath(name);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new RlvrError("bad_usage", `${path} is a folder`, { advice: "Name the file to write: --out FILE.json" });
  }
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw new RlvrError("missing_file", `nothing can be written at ${path}`, {
      advice: "Name a file in a folder that exists and that you may write to.",
      cause: error,
    });
  }
  return path;
}
