import type { ParquetWriter } from "hyparquet-writer";
import type { Column, ScalarType } from "./column.ts";

/** An element of a schema, as the writer has it. */
type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/** How Parquet stores a value of each type. Text with JSON is plain text: readers differ in what they make of JSON. */
const STORED: Readonly<Record<ScalarType, Pick<SchemaElement, "type" | "converted_type">>> = {
  int32: { type: "INT32" },
  int64: { type: "INT64" },
  float32: { type: "FLOAT" },
  float64: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  json: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  // Of this converted type, Parquet's specification says that it is in UTC.
  timestamp: { type: "INT64", converted_type: "TIMESTAMP_MILLIS" },
};

/** The Parquet schema of columns. Lists have the three levels that the specification wants. */
export function parquetSchema(columns: readonly Column<never>[]): SchemaElement[] {
  return [{ name: "schema", num_children: columns.length }, ...columns.flatMap(elementsOf)];
}

function elementsOf({ name, type, nullable }: Column<never>): SchemaElement[] {
  const repetition_type = nullable ? "OPTIONAL" : "REQUIRED";
  if (typeof type === "string") return [{ name, repetition_type, ...STORED[type] }];
  const list: SchemaElement[] = [
    { name, repetition_type, num_children: 1, converted_type: "LIST" },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
  ];
  if ("list" in type) return [...list, { name: "element", repetition_type: "REQUIRED", ...STORED[type.list] }];
  const { records } = type;
  return [
    ...list,
    { name: "element", repetition_type: "REQUIRED", num_children: records.length },
    ...records.flatMap(elementsOf),
  ];
}
