/** Types of single values, by the names that Arrow has for them. `json` is text that holds JSON. */
export type ScalarType = "int32" | "int64" | "float32" | "float64" | "boolean" | "text" | "json" | "timestamp";

/** The type of a column: a value, a list of values, or a list of records. */
export type ColumnType = ScalarType | { readonly list: ScalarType } | { readonly records: readonly Column<never>[] };

/** One column of an exported table: the same in every format. */
export interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether it may be null. Members of a list never are. */
  readonly nullable: boolean;
  /** What it is, as a sentence of docs/exports.md. */
  readonly about: string;
  /** Its value of a row; a record's members are looked up by their own `of`. */
  readonly of: (row: Row) => unknown;
}

/** A row as an object by the names of its columns, its lists of records likewise. */
export function recordOf<Row>(columns: readonly Column<Row>[], row: Row): Record<string, unknown> {
  return Object.fromEntries(columns.map((column) => [column.name, valueOf(column, row)]));
}

/** The value of a column, with its records as objects by the names of their own columns. */
export function valueOf<Row>({ type, of }: Column<Row>, row: Row): unknown {
  const value = of(row);
  if (typeof type === "string" || "list" in type) return value;
  return (value as never[]).map((record) => recordOf(type.records, record));
}
