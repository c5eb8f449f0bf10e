/** A question that is ready to be asked of a run: a file of db/queries. */
export interface ReadyQuery {
  /** The file's name without its number and extension, such as `why-trained`. */
  readonly name: string;
  /** What it is about, such as `What was learned`; the list is in order of these. */
  readonly theme: string;
  readonly question: string;
  /** How to read the answer. */
  readonly notes: string;
  /** The whole file, comments included: one statement, which asks of the newest run as it stands. */
  readonly sql: string;
}
