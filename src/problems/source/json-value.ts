import { SourceNumber } from "./source-number.ts";

/** Bytes of a column of text that are not UTF-8, or of a column of JSON that are no JSON. */
export class UnreadableText {
  readonly fault: string;

  constructor(fault: string) {
    this.fault = fault;
  }
}

/**
 * A value of a Parquet column as JSON can hold it: whole numbers of 64 bits with all their digits, times in ISO 8601,
 * bytes as lists of numbers; null for NaN, infinities and invalid times.
 * @throws {@link UnreadableText} where the value holds one.
 */
export function jsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return isExact(value) ? Number(value) : new SourceNumber(String(value));
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null || value instanceof SourceNumber) return value;
  if (value instanceof UnreadableText) throw value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map(jsonValue);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, jsonValue);
  // Not by assignment: a field may be called __proto__.
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, jsonValue(each)]));
}

function isExact(value: bigint): boolean {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
}
