/**
 * A row of a file with its number, from 1: what it holds, or why it cannot be read. Numbers that JavaScript would round
 * or write otherwise are `SourceNumber`s.
 */
export type SourceRow =
  | {
      readonly number: number;
      readonly value: unknown;
      /** The very line, of JSON Lines. */
      readonly text?: string | undefined;
    }
  | { readonly number: number; readonly fault: string };

/** How a file holds its rows: a JSON value a line, the items of a JSON array, or Parquet. */
export type SourceFormat = "jsonl" | "json" | "parquet";

/** What a row of each format is called; rows are numbered from 1. */
export const ROW_WORDS: Readonly<Record<SourceFormat, "line" | "item" | "row">> = {
  jsonl: "line",
  json: "item",
  parquet: "row",
};

/** A file of rows that is read once, from its beginning, in constant memory. */
export interface Source {
  readonly format: SourceFormat;
  /** Names of the columns; undefined where each row has its own. */
  readonly columns: readonly string[] | undefined;
  /**
   * The rows, from the first.
   * @param columns the only ones that are wanted. Default: all.
   * @throws RlvrError `bad_problems` where the file is broken so that no further row can be read.
   */
  rows(columns?: readonly string[]): AsyncIterable<SourceRow>;
  /** The part that is read, from 0 to 1; 0 for a stream, whose length is unknown. */
  share(): number;
}
