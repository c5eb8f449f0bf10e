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
  return atVersion(named, path, (db, run, step) => keptEvaluation(db, run, suite, step));
}

/**
 * The suites that a version of a run, such as `3:120`, was evaluated on; those of any version where it names none.
 * @throws RlvrError of bad usage when there is no such run.
 */
export function keptSuites(name: string, path: string): Set<string> {
  return atVersion(readRunVersion(name), path, (db, run, step) => {
    const kept = keptEvaluations(db, run).filter((row) => step === undefined || row.step === step);
    return new Set(kept.map(({ suite }) => suite));
  });
}

/** Does something with the run of a version, and its step. */
function atVersion<T>(
  named: RunVersion,
  path: string,
  work: (db: Database, run: number, step: number | undefined) => T,
): T {
  const databasePath = userPath(path);
  const db = openCurrentDatabaseReadOnly(databasePath);
  try {
    const run = findRun(db, named.runId);
    const step = named.at === "best" ? findVersion(db, checkedRunFolder(databasePath, run.id), named).step : named.at;
    return work(db, run.id, step);
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
  const kept = keptEvaluations(db, run);
  const found = kept.findLast((row) => row.suite === suite && (step === undefined || row.step === step));
  if (found === undefined) throw noSuchEval(run, suite, step, kept);
  return {
    name: `run ${run} after step ${found.step} (${suite})`,
    samples: found.samples,
    temperature: found.temperature,
    problems: evalByProblem(db, found.id),
  };
}

/** The finished evaluations of a run; of the version that a fork begins with, those that its parent made. */
function keptEvaluations(db: Database, run: number): EvalRow[] {
  const { parentStep } = findRun(db, run);
  return historyOf(db, run)
    .toReversed()
    .flatMap((part) => finishedEvals(db, part.run.id).filter(({ step }) => step <= part.to))
    .filter(({ step }) => step >= (parentStep ?? 0));
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
