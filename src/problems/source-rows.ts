/** A row of a file with its number, from 1: what it holds, or why it cannot be read. */
export type SourceRow =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly fault: string };

/** A file of rows that is read once, from its beginning, in constant memory. */
export interface Source {
  readonly format: "jsonl" | "parquet";
  /** Names of the columns; undefined where each row has its own. */
  readonly columns: readonly string[] | undefined;
  /**
   * The rows, from the first.
   * @param columns the only ones that are wanted. Default: all.
   * @throws RlvrError `bad_problems` where the file is broken so that no further row can be read.
   */
  rows(columns?: readonly string[]): AsyncIterable<SourceRow>;
  /** The part of the file that is read, from 0 to 1. */
  share(): number;
}
