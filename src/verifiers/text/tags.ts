import { z } from "zod";

/** The name of a tag as options take it. */
export const tagName = z
  .string()
  .regex(/^[A-Za-z][\w-]*$/, "a tag is a letter, then letters, digits, - or _, without < and >");

/** The option that says which part of a response is its answer, for {@link answerPart}. */
export const tagOption = tagName
  .optional()
  .describe(
    "Name of the tag whose text is the response's answer, the last of that name. Left out: the whole response.",
  );

/** Where a tag stands in a text, its markers included, and what is between them. */
interface Tag {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The tags that a text has to hold. */
export interface TagRules {
  /** Names, without < and >, in the order in which the tags have to stand. */
  readonly tags: readonly string[];
  /** What may stand outside of the tags beside white space. */
  readonly outside: "nothing" | "after" | "anything";
  /** The text begins inside the first tag, whose opening marker stands before the text. */
  readonly opened: boolean;
}

/** What was asked for, by name: null where it holds, else what is wrong. */
export type Checks = ReadonlyMap<string, string | null>;

/** Checks the tags of a text, and reads what stands in those that are there once and closed, by name. */
export function readTags(
  text: string,
  rules: TagRules,
): { readonly checks: Checks; readonly texts: Map<string, string> } {
  const { tags: names, outside, opened } = rules;
  const checks = new Map<string, string | null>();
  const tags: Tag[] = [];
  for (const [index, name] of names.entries()) {
    const tag = readTag(text, name, opened && index === 0);
    checks.set(`<${name}>`, typeof tag === "string" ? tag : null);
    if (typeof tag !== "string") tags.push(tag);
  }
  // Tags inside of one another are out of order, too.
  const inOrder =
    tags.length === names.length && tags.every(({ start }, index) => start >= (tags[index - 1]?.end ?? 0));
  if (names.length > 1) checks.set("order", inOrder ? null : "the tags do not all stand there in order");
  if (names.length > 0 && outside !== "anything") {
    const isClean = inOrder && gaps(text, tags, outside).every((gap) => gap.trim() === "");
    checks.set("outside", isClean ? null : "not all of the text stands where it may");
  }
  return { checks, texts: new Map(tags.map((tag) => [tag.name, tag.text])) };
}

/** A tag that a text holds exactly once, its closing marker behind the opening one; else what is wrong with it. */
function readTag(text: string, name: string, opened: boolean): Tag | string {
  const [opener, closer] = [`<${name}>`, `</${name}>`];
  const opens = count(text, opener);
  const closes = count(text, closer);
  if (opens !== (opened ? 0 : 1)) return `opened ${opens + (opened ? 1 : 0)} times`;
  if (closes !== 1) return `closed ${closes} times`;
  const start = opened ? 0 : text.indexOf(opener);
  const close = text.indexOf(closer);
  if (close < start) return "closed before it is opened";
  const inner = text.slice(start + (opened ? 0 : opener.length), close);
  return { name, start, end: close + closer.length, text: inner };
}

function count(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found++;
  return found;
}

/** The parts of a text that are outside of its tags, without those where text is welcome. */
function gaps(text: string, tags: readonly Tag[], outside: TagRules["outside"]): string[] {
  const before = tags.map(({ start }, index) => text.slice(tags[index - 1]?.end ?? 0, start));
  return outside === "after" ? before : [...before, text.slice(tags.at(-1)?.end)];
}

/** The text of the last closed tag of a name, null where there is none; without a name the whole response. */
export function answerPart(response: string, tag: string | undefined): string | null {
  if (tag === undefined) return response;
  const opener = `<${tag}>`;
  const close = response.lastIndexOf(`</${tag}>`);
  const start = close < opener.length ? -1 : response.lastIndexOf(opener, close - opener.length);
  return start < 0 ? null : response.slice(start + opener.length, close);
}
