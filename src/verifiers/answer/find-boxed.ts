import { type Box, findBoxes } from "./find-boxes.ts";

/** What a response boxes as its answer. */
export interface Boxed {
  /**
   * The contents of the boxes that are one answer together, each once: more than one for an answer of several parts,
   * none where the response tries one answer after another and only supposes the last.
   */
  readonly contents: readonly string[];
  /** The content of the last box, where the response gives it as an approximation of those; else null. */
  readonly approximation: string | null;
  /** Where the last box ends. */
  readonly end: number;
}

/**
 * The answer that a text boxes last. Boxes are parts of one answer when nothing but separators, or a name and `=`, stands
 * between them: `$x = \boxed{1}$ and $y = \boxed{2}$`. Boxes that the text denies ("not \boxed{8}") do not count, nor do
 * empty ones and placeholders. Null when there is none.
 */
export function findBoxed(text: string): Boxed | null {
  const boxes = findBoxes(text).filter((box) => !isDenied(text, box));
  const last = boxes.pop();
  if (last === undefined) return null;
  const others = new Set(boxes.map(({ content }) => content).filter((content) => content !== last.content));
  if (others.size >= MAX_TRIED && SUPPOSED.test(text.slice(Math.max(0, last.start - AROUND), last.start))) {
    return { contents: [], approximation: null, end: last.end };
  }
  const exact = boxes.at(-1);
  if (exact !== undefined && isApproximation(text.slice(exact.end, last.start), last)) {
    return { contents: lastGroup(text, boxes), approximation: last.content, end: last.end };
  }
  return { contents: lastGroup(text, [...boxes, last]), approximation: null, end: last.end };
}

/** The content of the last box alone; null when there is none. */
export function lastBox(text: string): string | null {
  return findBoxes(text).at(-1)?.content ?? null;
}

function lastGroup(text: string, boxes: readonly Box[]): string[] {
  const first = boxes.findLastIndex((box, index) => !areJoined(text, boxes[index - 1], box));
  return [...new Set(boxes.slice(first).map(({ content }) => content))];
}

const SEPARATOR =
  String.raw`\s|[$,;&、*]|\\[()[\],;:! ]|\\\\|\\q?quad\b|\n\s?[-•]\s|(?:and|or|und|oder|et|ou|y|o|e)\b|[和与或及]` +
  String.raw`|\\text\s?\{\s{0,3}(?:and|or)?,?\s{0,3}\}`;
const NAME = String.raw`(?:[A-Za-z]{1,2}|\\[a-z]{2,8})(?:'|_\w|_\{\w{1,9}\}|\d|\([a-z]\))?\s{0,3}&?=`;
const JOINT = new RegExp(`^(?:${SEPARATOR})*(?:${NAME})?(?:${SEPARATOR})*$`, "i");
/** Boxes farther from each other are not looked at as parts of one answer. */
const MAX_JOINT = 80;

function areJoined(text: string, first: Box | undefined, { start }: Box): boolean {
  if (first === undefined || start - first.end > MAX_JOINT) return false;
  return JOINT.test(text.slice(first.end, start));
}

const APPROXIMATED = /(?:\\approx|\\simeq|≈|\b(?:approximately|about|roughly|numerically))[\s$:]*(?:\\[([])?$/i;

function isApproximation(between: string, { content }: Box): boolean {
  return /^(?:\\approx|\\simeq|≈)/.test(content) || APPROXIMATED.test(between.slice(-MAX_JOINT));
}

const DENIED_BEFORE =
  /(?:\b(?:not|cannot|never|rather than|instead of)|n['’]t|不是|并非)\s?(?:(?:be|equal|equal to|equals|simply|just)\s)?[\s$]*(?:\\[([])?$/i;
const DENIED_BEHIND =
  /^[\s$.,(]*(?:\\[)\]])?\s?(?:(?:which|this|that)\s)?(?:is|was)(?:\snot|n['’]t)?\s(?:(?:clearly|obviously|also)\s)?(?:wrong|incorrect|false|mistaken|a mistake|(?<=not\s|n['’]t\s)(?:correct|right|true|what|the (?:right |correct |final )?answer))\b/i;
const SUPPOSED = /\b(?:perhaps|maybe|possibly|(?:could|might|may) be)\s?[\s$]*(?:\\[([])?$/i;
/** A response with as many other answers in boxes has tried out answers. */
const MAX_TRIED = 3;
/** What is looked at in front of a box and behind it. */
const AROUND = 60;

/** Whether a text says of a box that it is not the answer. */
function isDenied(text: string, { start, end }: Box): boolean {
  return (
    DENIED_BEFORE.test(text.slice(Math.max(0, start - AROUND), start)) ||
    DENIED_BEHIND.test(text.slice(end, end + AROUND))
  );
}
