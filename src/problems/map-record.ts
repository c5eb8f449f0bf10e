import { nearestName } from "../core/nearest-name.ts";

/**
 * Where the parts of a problem stand in the records of a source. A field is named by its name or, inside of another, by
 * a path such as `reward_model.ground_truth` or `prompt.0.content`.
 */
export interface Mapping {
  readonly problem: string;
  readonly answer: string;
  /** Only what follows the last of these in the answer is kept. Default: all of it. */
  readonly answerAfter?: string | undefined;
  /** Default: the field `arm`, where there is one. */
  readonly arm?: string | undefined;
  /** The arm of every problem, in place of a field's. */
  readonly armName?: string | undefined;
  /** Default: the field `id`, where there is one. */
  readonly id?: string | undefined;
  /** Further fields to keep, by their new names. Default: all that none of the above takes whole. */
  readonly keep?: Readonly<Record<string, string>> | undefined;
}

/** A line of a problem set, unchecked, or what the record lacks for it. */
export type Mapped = { readonly line: Readonly<Record<string, unknown>> } | { readonly fault: string };

/** The fields that a mapping fills: what a record has under such a name is not what we mean by it. */
const OURS: ReadonlySet<string> = new Set(["id", "problem", "answer", "arm"]);

/** The line that a record becomes. */
export function mapRecord(record: unknown, mapping: Mapping): Mapped {
  if (!isRecord(record)) return { fault: "not an object" };
  const problem = textAt(record, mapping.problem);
  if ("fault" in problem) return problem;
  const whole = textAt(record, mapping.answer);
  if ("fault" in whole) return whole;
  const answer = answerIn(whole.text, mapping.answerAfter);
  if ("fault" in answer) return answer;
  const arm = mapping.armName === undefined ? optionalText(record, mapping.arm, "arm") : { text: mapping.armName };
  if ("fault" in arm) return arm;
  const id = optionalText(record, mapping.id, "id");
  if ("fault" in id) return id;
  return {
    line: {
      ...(id.text !== undefined && { id: id.text }),
      problem: problem.text,
      answer: answer.text,
      ...(arm.text !== undefined && { arm: arm.text }),
      ...furtherFields(record, mapping),
    },
  };
}

/** The fields that a mapping names. */
export function fieldsOf({ problem, answer, arm, id, keep = {} }: Mapping): string[] {
  return [problem, answer, arm, id, ...Object.values(keep)].filter((field) => field !== undefined);
}

/** Names of the columns that a mapping takes from; undefined when it takes all. */
export function columnsOf(mapping: Mapping, columns: readonly string[]): string[] | undefined {
  if (mapping.keep === undefined) return undefined;
  const fields = [...fieldsOf(mapping), "arm", "id"];
  return columns.filter((column) => fields.some((field) => field === column || field.startsWith(`${column}.`)));
}

type Text = { readonly text: string } | { readonly fault: string };

function textAt(record: Readonly<Record<string, unknown>>, field: string): Text {
  const value = valueAt(record, field);
  if (value === undefined) return { fault: missing(field, Object.keys(record)) };
  return asText(value) ?? { fault: `${field} is ${kindOf(value)}, not text` };
}

/** What says that a field is not there, with those that are. */
export function missing(field: string, known: readonly string[]): string {
  const nearest = nearestName(field, known);
  const advice =
    nearest === undefined ? `; there are: ${known.slice(0, 20).join(", ")}` : `; did you mean "${nearest}"?`;
  return `no field "${field}"${advice}`;
}

function optionalText(
  record: Readonly<Record<string, unknown>>,
  field: string | undefined,
  fallback: string,
): Text | { readonly text: undefined } {
  if (field !== undefined) return textAt(record, field);
  return (record[fallback] ?? undefined) === undefined ? { text: undefined } : textAt(record, fallback);
}

function answerIn(text: string, marker: string | undefined): Text {
  if (marker === undefined) return { text };
  const at = text.lastIndexOf(marker);
  if (at < 0) return { fault: `the answer has no ${JSON.stringify(marker)}` };
  const rest = text.slice(at + marker.length).trim();
  return rest === "" ? { fault: `the answer ends at ${JSON.stringify(marker)}` } : { text: rest };
}

function furtherFields(record: Readonly<Record<string, unknown>>, mapping: Mapping): Record<string, unknown> {
  if (mapping.keep !== undefined) {
    const entries = Object.entries(mapping.keep).map(([name, field]) => [name, valueAt(record, field)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  const taken = new Set([mapping.problem, mapping.answer, mapping.arm, mapping.id]);
  return Object.fromEntries(Object.entries(record).filter(([name]) => !taken.has(name) && !OURS.has(name)));
}

/** The value of a field, by its name or else by its path; undefined when there is none. */
export function valueAt(record: object, field: string): unknown {
  let value: unknown = record;
  if (Object.hasOwn(record, field)) return (value as Readonly<Record<string, unknown>>)[field];
  for (const part of field.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

function asText(value: unknown): { readonly text: string } | undefined {
  if (typeof value === "string") return { text: value };
  return typeof value === "number" || typeof value === "boolean" ? { text: String(value) } : undefined;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : "an object";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
