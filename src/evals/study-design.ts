/** Options set over those of a recipe: dotted path -> value. An object as the value replaces a whole section. */
export type Overrides = Readonly<Record<string, unknown>>;

/** What a study varies and what it asks: the part of its file that is pure data. */
export interface StudyDesign {
  readonly name: string;
  readonly title: string;
  /** Options of all runs. */
  readonly set: Overrides;
  /** What training starts from, by name. */
  readonly bases: Readonly<Record<string, Overrides>>;
  readonly experiments: readonly StudyExperiment[];
  /** The arm with a learning curve of its own; none: the one that is lowest before the first step. */
  readonly hard_arm?: string | undefined;
  readonly target?: StudyTarget | undefined;
  readonly comparisons: readonly StudyComparison[];
}

/** Variants that are run with the same seeds on the same bases. */
export interface StudyExperiment {
  readonly name: string;
  readonly title: string;
  readonly bases: readonly string[];
  readonly seeds: readonly number[];
  readonly variants: Readonly<Record<string, Overrides>>;
}

/** The accuracy, as the mean over arms on a suite, to which tokens are counted. */
export interface StudyTarget {
  readonly accuracy: number;
  readonly suite: string;
}

/** Two variants of an experiment, to be compared seed by seed on each base. */
export interface StudyComparison {
  readonly experiment: string;
  readonly of: string;
  readonly to: string;
  /** The arm whose accuracy is compared; none: the mean of all. */
  readonly arm?: string | undefined;
  readonly figure: "final_accuracy" | "tokens_to_target";
}
