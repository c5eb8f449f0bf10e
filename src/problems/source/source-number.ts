/** ES2026 (JSON.parse source text access), which TypeScript's libraries lack. */
const json = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * A number whose source text JavaScript's own number would not give back: 9007199254740993, 0.10, 1e999. Written as JSON
 * it is its source text again.
 */
export class SourceNumber {
  /** As it stands in the file. */
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  toJSON(): unknown {
    return json.rawJSON(this.source);
  }
}

/** A number by its source text: JavaScript's own where that says the same. */
export function numberOf(value: number, source: string): number | SourceNumber {
  return String(value) === source ? value : new SourceNumber(source);
}

/**
 * A value with JavaScript's own types alone: a number that those would round to another (whole ones of more than 53 bits,
 * and what is beyond their range) is its source text.
 */
export function plainValue(value: unknown): unknown {
  if (value instanceof SourceNumber) return plainNumber(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plainValue);
  // Not by assignment: a field may be called __proto__.
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainValue(each)]));
}

function plainNumber({ source }: SourceNumber): number | string {
  const value = Number(source);
  const isExact = /^-?\d+$/.test(source) ? Number.isSafeInteger(value) : Number.isFinite(value);
  return isExact ? value : source;
}

/** Text, or what stands for one: a number by its source text, true and false by their names. Undefined for all else. */
export function asText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value instanceof SourceNumber) return value.source;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
