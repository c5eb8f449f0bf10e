import { RlvrError } from "../../core/errors.ts";
import { readTextFile } from "../../core/files/read-file.ts";
import { isRunVersion, readRunVersion, type RunVersion } from "../../core/run-version.ts";
import type { ComparedSide } from "../../evals/pair-problems.ts";
import { parseResultDocument } from "../../evals/result-document.ts";
import { openCurrentDatabaseReadOnly, type Database } from "../../tracking/database.ts";
import { checkedRunFolder } from "../../tracking/run-folder.ts";
import { evalByProblem, finishedEvals, type EvalRow } from "../../tracking/evals.ts";
import { findRun } from "../../tracking/runs.ts";
import { historyOf } from "../../run/history.ts";
import { findVersion } from "../../run/versions/find-version.ts";
import { existingUserPath, userPath } from "../user-path.ts";

/** A side of a comparison, with how it was sampled. */
export interface NamedSide extends ComparedSide {
  readonly samples: number;
  readonly temperature: number;
}

/** Longest kept evaluation, in bytes: its completions are whole. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Reads a side of a comparison: a file of `rlvr eval --out`, a run (its newest evaluation on the suite), `RUN:STEP` or `RUN:best`.
 * @param suite of the evaluations that runs keep, such as `test`.
 * @throws RlvrError of bad usage when there is no such thing.
 */
export function readSide(name: string, suite: string, db: string): NamedSide {
  return isRunVersion(name) ? ofRun(readRunVersion(name), suite, db) : ofFile(name);
}

function ofFile(name: string): NamedSide {
  const path = existingUserPath(name);
  const text = readTextFile(path, MAX_BYTES, (why, cause) => {
    return new RlvrError("bad_usage", `${path} ${why}`, {
      advice: "Name one that `rlvr eval --out FILE.json` wrote.",
      cause,
    });
  });
  const { suite, policy, problems } = parseResultDocument(text ?? "", name);
  return {
    name: `${name} (${policy.name})`,
    samples: suite.samples,
    temperature: suite.temperature,
    problems: problems.map(({ arm, problem, answer, completions }) => ({
      arm,
      problem,
      answer,
      judged: completions.filter(({ passed }) => passed !== null).length,
      passed: completions.filter(({ passed }) => passed === true).length,
    })),
  };
}

function ofRun(named: RunVersion, suite: string, path: string): NamedSide {
  const databasePath = userPath(path);
  const db = openCurrentDatabaseReadOnly(databasePath);
  try {
    const run = findRun(db, named.runId);
    const step = named.at === "best" ? findVersion(db, checkedRunFolder(databasePath, run.id), named).step : named.at;
    return keptEvaluation(db, run.id, suite, step);
  } finally {
    db.$client.close();
  }
}

/**
 * An evaluation that a run keeps.
 * @param step after which it was made; undefined is the newest.
 * @throws RlvrError `bad_usage` where there is none, with those that there are.
 */
export function keptEvaluation(db: Database, run: number, suite: string, step: number | undefined): NamedSide {
  // What a fork's parent made of the version that it begins with is the fork's as well.
  const { parentStep } = findRun(db, run);
  const kept = historyOf(db, run)
    .toReversed()
    .flatMap((part) => finishedEvals(db, part.run.id).filter(({ step: after }) => after <= part.to))
    .filter(({ step: after }) => after >= (parentStep ?? 0));
  const found = kept.findLast((row) => row.suite === suite && (step === undefined || row.step === step));
  if (found === undefined) throw noSuchEval(run, suite, step, kept);
  return {
    name: `run ${run} after step ${found.step} (${suite})`,
    samples: found.samples,
    temperature: found.temperature,
    problems: evalByProblem(db, found.id),
  };
}

function noSuchEval(run: number, suite: string, step: number | undefined, kept: readonly EvalRow[]): RlvrError {
  const bySuite = [...Map.groupBy(kept, (row) => row.suite)];
  const there = bySuite.map(([name, rows]) => `--suite ${name} after step ${rows.map((row) => row.step).join(", ")}`);
  const after = step === undefined ? "" : ` after step ${step}`;
  return new RlvrError("bad_usage", `run ${run} has no finished evaluation on its ${suite} set${after}`, {
    advice:
      there.length === 0
        ? "It has none at all: rlvr eval --run RUN --out FILE.json makes one."
        : `It has: ${there.join("; ")}.`,
  });
}
