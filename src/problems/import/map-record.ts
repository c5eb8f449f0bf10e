import type { ChatMessage } from "../../core/chat.ts";
import { cutText } from "../../core/texts/cut-text.ts";
import { nearestName } from "../../core/nearest-name.ts";
import { ownMessages } from "../own-messages.ts";
import { parseJson } from "../source/parse-json.ts";
import { asText } from "../source/source-number.ts";

/**
 * Where a part of a problem stands: a field by its name or, inside of another, by a path such as
 * `reward_model.ground_truth` or `prompt.0.content`, which may also lead into a text that holds JSON. Of several, the
 * first that a record has.
 */
export type Field = string | readonly string[];

/** Where the parts of a problem stand in the records of a source. */
export interface Mapping {
  /** Text, or a conversation (see `ownMessages`), whose last message the problem then is. */
  readonly problem: Field;
  /** The conversation that the problem is asked by. Default: the problem's field, where it holds one. */
  readonly messages?: Field | undefined;
  /** No names at all: problems have no answers. */
  readonly answer: Field;
  /** Only what follows the last of these in the answer is kept. Default: all of it. */
  readonly answerAfter?: string | undefined;
  /** Default: the field `arm`, where there is one. */
  readonly arm?: Field | undefined;
  /** The arm of every problem, in place of a field's. */
  readonly armName?: string | undefined;
  /** Default: the field `id`, where there is one. */
  readonly id?: Field | undefined;
  /** Lists of hint parts by tier; a tier that a record lacks is left out. Default: the field `hints`, where there is one. */
  readonly hints?: Readonly<Record<string, string>> | undefined;
  /** Whether a list of one text stands for that text in answers and arms. Default: no. */
  readonly unwrap?: boolean | undefined;
  /** Whether an answer that is null is an empty one, of problems that a scorer judges without. Default: no. */
  readonly emptyAnswers?: boolean | undefined;
  /**
   * Further fields to keep, by their new names. Default: all that none of the above takes whole by a single name; those
   * among several names stay, since what was written for such files looks for them.
   */
  readonly keep?: Readonly<Record<string, string>> | undefined;
}

/** A line of a problem set, unchecked, or the reason why the record makes none. */
export type Mapped = { readonly value: Readonly<Record<string, unknown>> } | { readonly fault: string };

type Fields = Readonly<Record<string, unknown>>;

/** The fields that a mapping fills: a record's own field of such a name may mean something else. */
const OURS: ReadonlySet<string> = new Set(["id", "problem", "answer", "arm"]);

/** The line that a record becomes. */
export function mapRecord(record: unknown, mapping: Mapping): Mapped {
  if (!isRecord(record)) return { fault: "not an object" };
  const asked = chatAt(record, mapping.problem);
  if ("fault" in asked) return asked;
  const chat = mapping.messages === undefined ? asked : chatAt(record, mapping.messages);
  if ("fault" in chat) return chat;
  const isUnanswered =
    candidates(mapping.answer).length === 0 ||
    (mapping.emptyAnswers === true && firstOf(record, mapping.answer)?.value === null);
  const whole = isUnanswered ? { text: "" } : textAt(record, mapping.answer, mapping.unwrap);
  if ("fault" in whole) return whole;
  const answer = answerIn(whole.text, mapping.answerAfter);
  if ("fault" in answer) return answer;
  const arm = mapping.armName === undefined ? optionalText(record, mapping, "arm") : { text: mapping.armName };
  if ("fault" in arm) return arm;
  const id = optionalText(record, mapping, "id");
  if ("fault" in id) return id;
  const { messages: others, ...rest } = furtherFields(record, mapping);
  // Of a conversation's own messages there is no doubt; any others are as good as further fields.
  const further = chat.messages === undefined && others !== undefined ? { ...rest, messages: others } : rest;
  const hints = mapping.hints && hintsAt(record, mapping.hints);
  return {
    value: {
      ...(id.text !== undefined && { id: id.text }),
      problem: asked.text,
      answer: answer.text,
      ...(arm.text !== undefined && { arm: arm.text }),
      ...further,
      ...messagesField(chat, asked.text),
      ...(hints !== undefined && { hints }),
    },
  };
}

/** The names that each named part may have. */
export function fieldsOf({ problem, messages, answer, arm, id, keep = {} }: Mapping): (readonly string[])[] {
  return [problem, messages, answer, arm, id, ...Object.values(keep)]
    .filter((field) => field !== undefined)
    .map(candidates);
}

/** Names of the columns that a mapping takes from; undefined when it takes all. */
export function columnsOf(mapping: Mapping, columns: readonly string[]): string[] | undefined {
  if (mapping.keep === undefined) return undefined;
  const fields = [...fieldsOf(mapping).flat(), ...Object.values(mapping.hints ?? {}), "arm", "id"];
  return columns.filter((column) => fields.some((field) => isWithin(field, column)));
}

/** Whether a field is a column, or stands inside of it. */
export function isWithin(field: string, column: string): boolean {
  return field === column || field.startsWith(`${column}.`);
}

/** The names that a field may have, in the order in which they are looked for. */
export function candidates(field: Field): readonly string[] {
  return typeof field === "string" ? [field] : field;
}

type Text = { readonly text: string } | { readonly fault: string };

/** What a field asks: a text, or the last message of the conversation that it holds. */
interface Chat {
  readonly text: string;
  readonly messages?: readonly ChatMessage[];
}

function chatAt(record: Fields, field: Field): Chat | { readonly fault: string } {
  const found = firstOf(record, field);
  if (found === undefined) return { fault: missing(candidates(field), record) };
  const text = asText(found.value);
  const own = ownMessages(text === undefined ? found.value : jsonIn(text));
  if (own === undefined && text !== undefined) return { text };
  if (own === undefined) return { fault: `${found.name} is ${kindOf(found.value)}, not text` };
  if ("fault" in own) return { fault: `${found.name}: ${own.fault}` };
  return { text: own.messages.at(-1)?.content ?? "", messages: own.messages };
}

/** The field `messages` of a problem; none where they are its text alone. */
function messagesField({ text, messages }: Chat, problem: string): { readonly messages?: readonly ChatMessage[] } {
  if (messages === undefined) return text === problem ? {} : { messages: [{ role: "user", content: text }] };
  return messages.length === 1 && text === problem ? {} : { messages };
}

function textAt(record: Fields, field: Field, unwrap = false): Text {
  const found = firstOf(record, field);
  if (found === undefined) return { fault: missing(candidates(field), record) };
  const { name, value } = found;
  const isOne = unwrap && Array.isArray(value) && value.length === 1;
  const text = asText(isOne ? (value[0] as unknown) : value);
  if (text !== undefined) return { text };
  const several = unwrap && Array.isArray(value) ? ` of ${value.length}` : "";
  return { fault: `${name} is ${kindOf(value)}${several}, not text` };
}

/** The first of a field's names that is there, with its value: one that is null only where no other is there. */
function firstOf(record: Fields, field: Field): { readonly name: string; readonly value: unknown } | undefined {
  const found = candidates(field)
    .map((name) => ({ name, value: valueAt(record, name) }))
    .filter(({ value }) => value !== undefined);
  return found.find(({ value }) => value !== null) ?? found[0];
}

/** A message that a field is missing, with the fields that there are. */
export function missing(fields: readonly string[], record: object): string {
  const [field = ""] = fields;
  const { path, name, known } = siblingsOf(field, record);
  const nearest = fields.length === 1 ? nearestName(name, known.slice(0, 1000)) : undefined;
  const there = known.slice(0, 20).map((each) => cutText(path + each, 50));
  const advice =
    nearest === undefined ? `; there are: ${there.join(", ")}` : `; did you mean "${cutText(path + nearest)}"?`;
  return `no field ${fields.map((each) => `"${each}"`).join(" or ")}${advice}`;
}

/** The fields beside the one that a path leads to, as far as it leads anywhere, and what the path is from there on. */
function siblingsOf(field: string, record: object): { path: string; name: string; known: readonly string[] } {
  for (let end = field.lastIndexOf("."); end > 0; end = field.lastIndexOf(".", end - 1)) {
    const found = valueAt(record, field.slice(0, end));
    const value = typeof found === "string" ? jsonIn(found) : found;
    if (typeof value !== "object" || value === null) continue;
    return { path: field.slice(0, end + 1), name: field.slice(end + 1), known: Object.keys(value) };
  }
  return { path: "", name: field, known: Object.keys(record) };
}

function optionalText(record: Fields, mapping: Mapping, part: "arm" | "id"): Text | { readonly text: undefined } {
  const field = mapping[part] ?? part;
  const isWanted = typeof mapping[part] === "string";
  if (!isWanted && (firstOf(record, field)?.value ?? undefined) === undefined) return { text: undefined };
  return textAt(record, field, mapping.unwrap);
}

function answerIn(text: string, marker: string | undefined): Text {
  if (marker === undefined) return { text };
  const at = text.lastIndexOf(marker);
  if (at < 0) return { fault: `the answer has no ${JSON.stringify(marker)}` };
  const rest = text.slice(at + marker.length).trim();
  return rest === "" ? { fault: `the answer ends at ${JSON.stringify(marker)}` } : { text: rest };
}

/** The parts of each tier that a record has: a list, or a text that holds one. */
function hintsAt(record: Fields, tiers: Readonly<Record<string, string>>): Fields | undefined {
  const entries = Object.entries(tiers).flatMap(([tier, field]): [string, unknown][] => {
    const found = valueAt(record, field) ?? [];
    const parts = typeof found === "string" ? (jsonIn(found) ?? [found]) : found;
    // Empty parts are left out; a value that is not a list is refused by the check of problems.
    const present = Array.isArray(parts) ? parts.filter((part) => part !== null && part !== "") : parts;
    return Array.isArray(present) && present.length === 0 ? [] : [[tier, present]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function furtherFields(record: Fields, mapping: Mapping): Record<string, unknown> {
  if (mapping.keep !== undefined) {
    const entries = Object.entries(mapping.keep).map(([name, field]) => [name, valueAt(record, field)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  const { problem, messages, answer, arm, id, hints = {} } = mapping;
  const single = [messages, answer, arm, id].filter((field) => typeof field === "string");
  const taken = new Set([...single, firstOf(record, problem)?.name, ...Object.values(hints)]);
  return Object.fromEntries(Object.entries(record).filter(([name]) => !taken.has(name) && !OURS.has(name)));
}

/** The value of a field, by its name or else by its path; undefined when there is none. */
export function valueAt(record: object, field: string): unknown {
  let value: unknown = record;
  if (Object.hasOwn(record, field)) return (value as Fields)[field];
  for (const part of field.split(".")) {
    if (typeof value === "string") value = jsonIn(value);
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Fields)[part];
  }
  return value;
}

/** The value of a text that holds an object or a list as JSON; undefined of any other. */
function jsonIn(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const parsed = parseJson(text);
  return "value" in parsed ? parsed.value : undefined;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : "an object";
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
