import { Command, Option } from "commander";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLogUpdate } from "log-update";
import type { Recipe } from "../../config/recipe-schema.ts";
import { readSuite } from "../../run/read-recipe.ts";
import { RlvrError } from "../../core/errors.ts";
import { isPresent } from "../../core/files.ts";
import { packagePath } from "../../core/package-files.ts";
import { reportByArm, type ProblemScore } from "../../evals/suite-report.ts";
import { evaluateSuite, type ProblemResult, type SuitePolicy } from "../../run/evaluate-suite.ts";
import { openDatabaseReadOnly, runDirectory } from "../../tracking/database.ts";
import { findRun } from "../../tracking/runs.ts";
import { latestCheckpoint } from "../../tracking/training.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { bar, share } from "../run-view/format.ts";
import { table } from "../table.ts";
import { userPath } from "../user-path.ts";

interface Options {
  readonly run?: number;
  readonly checkpoint?: string;
  readonly policy?: string;
  readonly db: string;
  readonly json: boolean;
}

/** `rlvr eval`: puts an evaluation suite to a policy. */
export function evalCommand(): Command {
  return new Command("eval")
    .description("put an evaluation suite to a policy: mean@n and pass@k by arm, never with hints")
    .argument("[suite]", "a YAML file; evals/microcosm.yaml when left out")
    .addOption(
      new Option("--run <id>", "the newest checkpoint of a run")
        .argParser(wholeNumber(1))
        .conflicts(["checkpoint", "policy"]),
    )
    .addOption(new Option("--checkpoint <dir>", "a checkpoint or export directory").conflicts("policy"))
    .addOption(new Option("--policy <url>", "a policy server that is running already"))
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Without --run, --checkpoint or --policy, the base weights of the suite's own policy are evaluated.

Examples:
  rlvr eval                                         the shipped policy on the microcosm
  rlvr eval --run 3                                 what run 3 made of it
  rlvr eval my-suite.yaml --policy http://127.0.0.1:8000`,
    )
    .action(async (suitePath: string | undefined, options: Options) => {
      const suite = readSuite(suitePath === undefined ? packagePath("evals/microcosm.yaml") : userPath(suitePath));
      const policy = policyOf(options);
      const interrupt = listenForInterrupt();
      const log = process.stderr.isTTY ? createLogUpdate(process.stderr) : undefined;
      try {
        const results = await evaluateSuite(
          suite,
          policy,
          (done, total) => log?.(`${suite.name}  ${bar(done / total, 30)} ${done} of ${total} problems`),
          interrupt.signal,
        );
        log?.clear();
        const reports = reportByArm(results.map(scoreOf), suite.samples);
        const ks = Object.keys(reports[0]?.passAt ?? {}).map(Number);
        const rows = reports.map(({ arm, problems, mean, passAt, unjudged }) => [
          arm,
          String(problems),
          share(mean),
          ...ks.map((k) => share(passAt[k])),
          String(unjudged),
        ]);
        const header = ["arm", "problems", `mean@${suite.samples}`, ...ks.map((k) => `pass@${k}`), "no verdict"];
        process.stdout.write(
          options.json
            ? `${JSON.stringify({ suite: suite.name, samples: suite.samples, arms: reports })}\n`
            : `${table(header, rows)}\n`,
        );
      } finally {
        log?.done();
        interrupt.release();
      }
    });
}

function policyOf(options: Options): SuitePolicy {
  const base = { policyVersion: 0, directory: undefined };
  if (options.policy !== undefined) return { url: options.policy, weights: undefined };
  if (options.checkpoint !== undefined) {
    const directory = userPath(options.checkpoint);
    return { url: undefined, weights: { policyVersion: versionIn(directory), directory } };
  }
  if (options.run === undefined) return { url: undefined, weights: base };
  const databasePath = userPath(options.db);
  const db = openDatabaseReadOnly(databasePath);
  try {
    const run = findRun(db, options.run);
    const checkpoint = latestCheckpoint(db, run.id);
    const baseWeights = (run.recipe as Recipe).policy.weights;
    if (checkpoint === undefined) return { url: undefined, baseWeights, weights: base };
    const directory = join(runDirectory(databasePath, run.id), checkpoint.exportDirectory);
    return { url: undefined, weights: { policyVersion: checkpoint.policyVersion, directory } };
  } finally {
    db.$client.close();
  }
}

function versionIn(directory: string): number {
  const path = join(directory, "manifest.json");
  if (!isPresent(path)) {
    throw new RlvrError("bad_checkpoint", `${directory} is no checkpoint or export: it has no manifest.json`, {
      advice: "Name a directory such as .rlvr/rlvr-runs/1/trainer/epoch-1/checkpoints/000200.",
    });
  }
  return (JSON.parse(readFileSync(path, "utf8")) as { policy_version: number }).policy_version;
}

function scoreOf({ problem, results }: ProblemResult): ProblemScore {
  const judged = results.filter(({ outcome }) => outcome.passed !== null);
  return {
    arm: problem.arm,
    judged: judged.length,
    passed: judged.filter(({ outcome }) => outcome.passed).length,
    unjudged: results.length - judged.length,
  };
}
