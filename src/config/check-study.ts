import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { nearestName } from "../core/nearest-name.ts";

type Overrides = Readonly<Record<string, unknown>>;

/** What {@link checkStudy} reads of a study. */
interface StudyParts {
  readonly name: string;
  readonly set: Overrides;
  readonly bases: Readonly<Record<string, Overrides>>;
  readonly experiments: readonly {
    readonly name: string;
    readonly bases: readonly string[];
    readonly seeds: readonly number[];
    readonly variants: Readonly<Record<string, Overrides>>;
  }[];
  readonly target?: unknown;
  readonly comparisons: readonly {
    readonly experiment: string;
    readonly of: string;
    readonly to: string;
    readonly arm?: string | undefined;
    readonly figure: string;
  }[];
}

type Refuse = (path: PropertyKey[], message: string) => void;

/** Names become parts of run names and of files. */
const NAME = /^[a-z0-9][\w.+-]*$/i;
const OPTION = /^[^.\s]+(?:\.[^.\s]+)*$/;

/** Refuses a study whose parts do not fit together. */
export function checkStudy(context: z.core.ParsePayload<StudyParts>): void {
  const study = context.value;
  const refuse: Refuse = (path, message) => {
    context.issues.push({ code: "custom", path, message, input: study });
  };
  checkNames(study, refuse);
  checkOverrides(study, refuse);
  checkExperiments(study, refuse);
  checkComparisons(study, refuse);
}

function checkNames(study: StudyParts, refuse: Refuse): void {
  const check = (name: string, path: PropertyKey[]): void => {
    if (!NAME.test(name))
      refuse(path, `"${name}" is no usable name: letters, digits and . _ + - are, and a letter or digit to begin with`);
  };
  check(study.name, ["name"]);
  for (const base of Object.keys(study.bases)) check(base, ["bases", base]);
  for (const [index, { name, variants }] of study.experiments.entries()) {
    check(name, ["experiments", index, "name"]);
    for (const variant of Object.keys(variants)) check(variant, ["experiments", index, "variants", variant]);
  }
}

function checkOverrides({ set, bases, experiments }: StudyParts, refuse: Refuse): void {
  const check = (overrides: Overrides, path: PropertyKey[]): void => {
    for (const option of Object.keys(overrides)) {
      if (!OPTION.test(option))
        refuse([...path, option], `"${option}" is no path of an option, such as steps or trainer.epochs`);
      else if (/^(?:name|seed)$/.test(option)) refuse([...path, option], `the study gives each run its ${option}`);
    }
  };
  check(set, ["set"]);
  for (const [base, overrides] of Object.entries(bases)) check(overrides, ["bases", base]);
  for (const [index, { variants }] of experiments.entries())
    for (const [variant, overrides] of Object.entries(variants))
      check(overrides, ["experiments", index, "variants", variant]);
}

function checkExperiments({ bases, experiments }: StudyParts, refuse: Refuse): void {
  const known = new Map<string, Overrides>();
  for (const [index, experiment] of experiments.entries()) {
    const path = ["experiments", index];
    if (experiments.findIndex(({ name }) => name === experiment.name) !== index)
      refuse([...path, "name"], `there are two experiments "${experiment.name}"`);
    for (const base of experiment.bases)
      if (!Object.hasOwn(bases, base)) refuse([...path, "bases"], unknown("base", base, Object.keys(bases)));
    for (const field of ["bases", "seeds"] as const)
      if (new Set<unknown>(experiment[field]).size < experiment[field].length)
        refuse([...path, field], `the ${field} are not all different`);
    for (const [variant, overrides] of Object.entries(experiment.variants)) {
      const other = known.get(variant);
      if (other !== undefined && !isDeepStrictEqual(other, overrides))
        refuse([...path, "variants", variant], `another experiment has a variant "${variant}" with other options`);
      known.set(variant, overrides);
    }
  }
}

function checkComparisons({ experiments, target, comparisons }: StudyParts, refuse: Refuse): void {
  for (const [index, comparison] of comparisons.entries()) {
    const path = ["comparisons", index];
    const experiment = experiments.find(({ name }) => name === comparison.experiment);
    if (experiment === undefined) {
      const names = experiments.map(({ name }) => name);
      refuse([...path, "experiment"], unknown("experiment", comparison.experiment, names));
      continue;
    }
    for (const side of ["of", "to"] as const)
      if (!Object.hasOwn(experiment.variants, comparison[side]))
        refuse([...path, side], unknown("variant", comparison[side], Object.keys(experiment.variants)));
    if (comparison.of === comparison.to) refuse(path, "a variant is compared to itself");
    if (comparison.figure !== "tokens_to_target") continue;
    if (target === undefined) refuse([...path, "figure"], "tokens_to_target needs the study's target");
    if (comparison.arm !== undefined) refuse([...path, "arm"], "the target is the mean accuracy over all arms");
  }
}

function unknown(kind: string, word: string, candidates: readonly string[]): string {
  const nearest = nearestName(word, candidates);
  return `there is no ${kind} "${word}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`;
}
