import { MAX_ANSWER_LENGTH } from "./limits.ts";

/** What a response boxes as its answer, and where the last box ends. */
export interface Boxed {
  readonly content: string;
  readonly end: number;
}

interface Box {
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

/** Boxes this close to each other are one answer, whatever stands between them. */
const CLOSE = 10;
/** Boxes this close are one answer where a comma, a semicolon, "and" or "or" stands between them. */
const NEAR = 70;
/** A response with more different answers in boxes than these has not decided on one. */
const MAX_DIFFERENT = 3;

/**
 * The content of the last group of `\boxed{...}` and `\fbox{...}`: neighbours are one answer of several parts, as
 * math-verify has it. Null when there is none; "contradictory" when the response boxes one answer after another.
 */
export function findBoxed(text: string): Boxed | "contradictory" | null {
  const boxes = findAll(text);
  const last = boxes.at(-1);
  if (last === undefined) return null;
  let first = boxes.length - 1;
  while (first > 0 && areOneAnswer(text, boxes[first - 1], boxes[first])) first--;
  const contents = [...new Set(boxes.slice(first).map(({ content }) => content))];
  const before = boxes.slice(0, first).map(({ content }) => content);
  const different = new Set(before.filter((content) => !contents.includes(content)));
  if (different.size >= MAX_DIFFERENT) return "contradictory";
  return { content: contents.join(", "), end: last.end };
}

/** The content of the last box alone; null when there is none. */
export function lastBox(text: string): string | null {
  return findAll(text).at(-1)?.content ?? null;
}

function areOneAnswer(text: string, first: Box | undefined, second: Box | undefined): boolean {
  if (first === undefined || second === undefined) return false;
  const between = text.slice(first.end, second.start);
  if (between.length < CLOSE) return true;
  return between.length < NEAR && first.content !== second.content && /[,;]|\b(?:and|or)\b/i.test(between);
}

function findAll(text: string): Box[] {
  const boxes: Box[] = [];
  let from = 0;
  for (const match of text.matchAll(/\\(?:boxed|fbox)\s*(?:\{|(\w+))/g)) {
    if (match.index < from) continue;
    const start = match.index + match[0].length;
    const end = match[1] === undefined ? closingBrace(text, start) : start;
    if (end === null) continue;
    const content = match[1] ?? text.slice(start, end);
    from = end;
    boxes.push({ start: match.index, end: match[1] === undefined ? end + 1 : end, content: content.trim() });
  }
  return boxes;
}

/** The place of the brace that closes the one before a place; null when it is not near. */
function closingBrace(text: string, start: number): number | null {
  let depth = 1;
  for (let at = start; at < Math.min(text.length, start + MAX_ANSWER_LENGTH); at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return null;
}
