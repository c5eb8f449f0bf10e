/** One sentence of a run's story. */
export interface StorySentence {
  readonly topic: "improved" | "cliff" | "dropped";
  readonly text: string;
  /** Where its rows are: a page of the dashboard with its filters, relative to the run, such as `rollouts?drop=zero_variance`. */
  readonly link: string;
  /** The same rows as SQL. */
  readonly sql: string;
}
