/** Numbers of a run after one of its steps, by the names that they have in `metrics`. */
export interface StepNumbers {
  /** Counts from 1; 0 is before the first step. */
  readonly step: number;
  readonly numbers: Readonly<Record<string, number>>;
}

/** What a monitor sees amiss. */
export interface Finding {
  /** One sentence for a person: what is amiss, in numbers. */
  readonly message: string;
  /** Name of the metric that shows it. */
  readonly metric: string;
  /** What was measured, in the metric's unit unless the monitor says otherwise. */
  readonly value: number;
  /** Where the alarm begins, in the unit of `value`. */
  readonly limit: number;
}

/**
 * Watches one thing over the steps of a run. Pure: its memory is a plain JSON state, so the rows of a run alone give the
 * same findings again.
 */
export interface Monitor<State = unknown> {
  /** Name of the alarm. */
  readonly name: string;
  /** Metrics that it reads; one that ends in `*` stands for all that begin so. */
  readonly reads: readonly string[];
  /** The state before the first step. */
  init(): State;
  /**
   * The state after one more step, and what is amiss: one finding a metric, the worst first; undefined when these numbers
   * tell nothing, as of a step in which nothing was trained.
   */
  observe(state: State, row: StepNumbers): { readonly state: State; readonly findings: readonly Finding[] | undefined };
}
