/** A file of rows that grows. It lies under its final name from the start: whoever opens it sees to a temporary folder. */
export interface RowFile<Row> {
  write(rows: readonly Row[]): Promise<void>;
  /** Bytes that lie in the file so far. */
  bytes(): number;
  /** Writes what is left, syncs and closes. */
  finish(): Promise<void>;
  /** Closes it as it is: it is to be deleted. */
  abandon(): Promise<void>;
}

/** Opens a file of rows. */
export type OpenRowFile<Row> = (path: string) => Promise<RowFile<Row>>;
