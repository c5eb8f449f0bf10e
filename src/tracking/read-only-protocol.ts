/** What SQLite holds in a cell; whole numbers are always bigint. */
export type SqlValue = bigint | number | string | Uint8Array | null;

/** What the query process is asked once. */
export interface QueryRequest {
  readonly databasePath: string;
  readonly sql: string;
  /**
   * Characters of a text that are answered at the most: a longer one ends with how long it is, a longer blob becomes text
   * that says what it is. A row has ten times as much at the most. Default: all.
   */
  readonly mostOfCell?: number;
  /** Whether the query gives way to the machine's other processes. Default: no. */
  readonly isBackground?: boolean;
}

/** What the query process answers: the columns, then packets of rows, each after a `next`, then the end or a fault. */
export type QueryMessage =
  | { readonly kind: "columns"; readonly columns: readonly string[] }
  | { readonly kind: "rows"; readonly rows: readonly (readonly SqlValue[])[] }
  | { readonly kind: "end" }
  | {
      readonly kind: "fault";
      readonly fault: "refused" | "bad_sql" | "bad_database" | "failed";
      readonly message: string;
    };
