import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Study } from "../../config/load-study.ts";
import { writeFileAtomic } from "../../core/files/files.ts";
import { unknownName } from "../../core/nearest-name.ts";
import { plotKey, studyMarkdown, type MissingRun } from "../../evals/study-markdown.ts";
import { panelsOf } from "../../evals/study-panels.ts";
import { planJobs } from "../../evals/study-plan.ts";
import { learningCurvesSvg } from "../../evals/study-plot.ts";
import { resultOf, type RunResult } from "../../evals/study-results.ts";
import type { StudyResults } from "../../evals/study-tables.ts";
import type { Database } from "../../tracking/database.ts";
import { runStateNow } from "../../tracking/run-state.ts";
import { runAccuracies, runsByName, runTokens } from "../../tracking/study.ts";
import type { StudyReported } from "./events.ts";

/**
 * Writes a study's report into a folder, `NAME.md` with its plots `NAME-EXPERIMENT-BASE.svg`, from the database alone:
 * the same rows give the same bytes.
 * @throws RlvrError `unknown_name` when the study asks about an arm that its runs do not have.
 */
export function writeStudyReport(db: Database, study: Study, folder: string): StudyReported {
  const { results, missing } = readResults(db, study);
  requireArms(results);
  const plots = new Map<string, string>();
  mkdirSync(folder, { recursive: true });
  for (const experiment of study.experiments) {
    for (const base of experiment.bases) {
      const panels = panelsOf(results, experiment, base);
      if (panels.length === 0) continue;
      const key = plotKey(experiment.name, base);
      const file = `${study.name}-${key}.svg`;
      const title = `${experiment.title}: base ${base}`;
      writeFileAtomic(join(folder, file), learningCurvesSvg(title, Object.keys(experiment.variants), panels));
      plots.set(key, file);
    }
  }
  const report = join(folder, `${study.name}.md`);
  writeFileAtomic(report, studyMarkdown(results, missing, plots));
  return {
    type: "study_reported",
    report,
    plots: [...plots.values()].map((file) => join(folder, file)),
    missing: missing.length,
  };
}

/** Refuses a study that asks about an arm which its runs do not have. */
function requireArms({ design, arms }: StudyResults): void {
  if (arms.length === 0) return;
  for (const arm of [design.hard_arm, ...design.comparisons.map((comparison) => comparison.arm)])
    if (arm !== undefined && !arms.includes(arm)) throw unknownName("arm", arm, arms);
}

function readResults(db: Database, study: Study): { readonly results: StudyResults; readonly missing: MissingRun[] } {
  const names = planJobs(study).map(({ name }) => name);
  const runs = runsByName(db, names);
  const results = new Map<string, RunResult>();
  const missing: MissingRun[] = [];
  const arms = new Set<string>();
  for (const name of names) {
    const run = runs.get(name);
    if (run?.state !== "succeeded") {
      missing.push({ name, state: run === undefined ? "not started" : runStateNow(db, run) });
      continue;
    }
    const accuracies = runAccuracies(db, run.id);
    for (const { arm } of accuracies) arms.add(arm);
    results.set(name, resultOf({ ...run, accuracies, tokens: runTokens(db, run.id) }, study.target));
  }
  return { results: { design: study, results, arms: [...arms] }, missing };
}
