import type { SchemaElement, SchemaTree } from "hyparquet";
import { isUtf8 } from "node:buffer";
import { SourceNumber } from "./source-number.ts";

/**
 * Converts the values of a column to what their writer meant: floats of 32 and 16 bits to the number with the shortest
 * text (0.1, not 0.10000000149011612), decimals with all their digits, and bytes of no declared kind to text where they
 * are UTF-8, since old writers did not declare text. Undefined where the column needs no conversion.
 * @param node the column in the schema that {@link keepDecimals} has seen.
 */
export function columnReader(node: SchemaTree): ((value: unknown) => unknown) | undefined {
  const { element, children } = node;
  if (children.length === 0) return leafReader(element);
  const readers = new Map(children.flatMap((child) => [[child.element.name, columnReader(child)] as const]));
  if ([...readers.values()].every((reader) => reader === undefined)) return undefined;
  const { converted_type: kind } = element;
  if (kind === "LIST" || kind === "MAP") {
    // The values of a list or a map are one level further down, in a group that has no value of its own.
    const [group] = children;
    const values = group?.children.at(-1) ?? group;
    const read = values && columnReader(values);
    return read && overValues(read);
  }
  return element.repetition_type === "REPEATED" ? overValues(overFields(readers)) : overFields(readers);
}

/** Has decimal numbers read as the whole ones that they are stored as, for {@link columnReader} to place their point. */
export function keepDecimals(schema: readonly SchemaElement[]): void {
  for (const element of schema) {
    if (element.converted_type !== "DECIMAL" || element.type === "BYTE_ARRAY") continue;
    delete element.converted_type;
    delete element.logical_type;
    // From now on the mark of such a column.
    element.scale ??= 0;
  }
}

function leafReader(element: SchemaElement): ((value: unknown) => unknown) | undefined {
  const { scale, type, converted_type: kind, logical_type: logical } = element;
  const read =
    scale !== undefined && kind !== "DECIMAL"
      ? (value: unknown) => decimal(unscaled(value), scale)
      : type === "FLOAT"
        ? shortest(Math.fround, 9)
        : logical?.type === "FLOAT16"
          ? shortest(Math.f16round, 5)
          : type === "BYTE_ARRAY" && (kind === undefined || kind === "ENUM") && logical?.type !== "STRING"
            ? textOrBytes
            : undefined;
  return read && (element.repetition_type === "REPEATED" ? overValues(read) : orNull(read));
}

function textOrBytes(value: unknown): unknown {
  if (!(value instanceof Uint8Array) || !isUtf8(value)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString("utf8");
}

/** The number of the shortest text from which rounding gives a number again. */
function shortest(round: (value: number) => number, digits: number) {
  return (value: unknown): unknown => {
    if (typeof value !== "number" || !Number.isFinite(value)) return value;
    for (let precision = 1; precision < digits; precision++) {
      const candidate = Number(value.toPrecision(precision));
      if (round(candidate) === value) return candidate;
    }
    return Number(value.toPrecision(digits));
  };
}

/** A stored decimal as a whole number: of 32 or 64 bits, or big-endian bytes in two's complement. */
function unscaled(value: unknown): bigint {
  if (value instanceof Uint8Array)
    return BigInt.asIntN(value.length * 8, BigInt(`0x0${Buffer.from(value).toString("hex")}`));
  return BigInt(value as number | bigint);
}

function decimal(value: bigint, scale: number): SourceNumber {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const point = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return new SourceNumber(value < 0n ? `-${text}` : text);
}

function orNull(read: (value: unknown) => unknown) {
  return (value: unknown): unknown => (value === null || value === undefined ? value : read(value));
}

function overValues(read: (value: unknown) => unknown) {
  return (value: unknown): unknown => {
    if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<unknown>, read);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, read(each)]));
  };
}

function overFields(readers: ReadonlyMap<string, ((value: unknown) => unknown) | undefined>) {
  return (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, (readers.get(key) ?? ((it) => it))(each)]),
    );
  };
}
