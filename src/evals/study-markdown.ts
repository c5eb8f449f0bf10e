import { comparisonSection } from "./study-comparison.ts";
import type { StudyExperiment } from "./study-design.ts";
import { accuracy, whole } from "./study-format.ts";
import { settingsTable } from "./study-settings.ts";
import { seedTable, variantTable, type StudyResults } from "./study-tables.ts";

/** A run that is not in the tables, and its state. */
export interface MissingRun {
  readonly name: string;
  /** Its state in the database, or `not started`. */
  readonly state: string;
}

const MISSING_SHOWN = 20;

/**
 * The report of a study. Nothing in it depends on when or where it is written.
 * @param missing runs of the plan that are not finished.
 * @param plots file of each plot, by {@link plotKey}.
 */
export function studyMarkdown(
  study: StudyResults,
  missing: readonly MissingRun[],
  plots: ReadonlyMap<string, string>,
): string {
  const { design } = study;
  const planned = study.results.size + missing.length;
  const parts = [
    `# ${design.title}`,
    "Written by `rlvr study` from the database of its runs alone. Accuracies are on the test set after the last step, " +
      "without hints; `±` is half of the 95% interval over seeds (Student's t). Tokens are completion tokens sampled " +
      "for practice, searches for hints included.",
    design.target &&
      `Tokens to target: sampled until the mean accuracy over all arms of the ${design.target.suite} set is ` +
        `${accuracy(design.target.accuracy)}, on the straight line between the evaluations before and after.`,
    plots.size === 0
      ? ""
      : "In the plots a line is the mean over seeds, and its band reaches from the lowest to the highest.",
    missing.length === 0 ? `All ${whole(planned)} runs are finished.` : missingText(missing, planned),
    ...design.experiments.flatMap((experiment) => experimentSection(study, experiment, plots)),
    ...comparisons(study),
  ];
  return `${parts.filter((part) => part !== undefined && part !== "").join("\n\n")}\n`;
}

/** The name under which the plot of an experiment on a base is known. */
export function plotKey(experiment: string, base: string): string {
  return `${experiment}-${base}`;
}

function missingText(missing: readonly MissingRun[], planned: number): string {
  const names = missing.slice(0, MISSING_SHOWN).map(({ name, state }) => `\`${name}\` (${state})`);
  const rest = missing.length > MISSING_SHOWN ? ` and ${missing.length - MISSING_SHOWN} more` : "";
  return `**${whole(missing.length)} of ${whole(planned)} runs are not finished and not counted:** ${names.join(", ")}${rest}.`;
}

function experimentSection(
  study: StudyResults,
  experiment: StudyExperiment,
  plots: ReadonlyMap<string, string>,
): string[] {
  const { name, title, bases } = experiment;
  const settings = settingsTable(study, experiment);
  return [
    `## ${title}`,
    settings === "" ? "" : `What the variants differ in, as their runs' recipes tell:\n\n${settings}`,
    ...bases.flatMap((base) => {
      const plot = plots.get(plotKey(name, base));
      return [
        `### Base ${base}`,
        variantTable(study, experiment, base),
        plot === undefined ? "" : `![Learning curves of ${title} on base ${base}](${plot})`,
        `<details><summary>Every run on base ${base}</summary>\n\n${seedTable(study, experiment, base)}\n\n</details>`,
      ];
    }),
  ];
}

function comparisons(study: StudyResults): string[] {
  if (study.design.comparisons.length === 0) return [];
  return [
    "## Comparisons",
    "Runs of two variants are paired by seed. A difference of accuracies has the 95% interval of a paired t-test over " +
      "seeds. A ratio of tokens is the geometric mean over the pairs in which both reached the target, with the 95% " +
      "interval of a paired t-test on logarithms; `>` marks a run that ended without reaching it.",
    ...study.design.comparisons.map((comparison) => comparisonSection(study, comparison)),
  ];
}
