import { normaliseText, squeeze } from "./normalise-text.ts";
import { saysTheSame, writtenNumbers, type WrittenNumber } from "./written-numbers.ts";

/** What stands before an answer that is given away as such: "the answer is", "solution:", a box. */
const DECLARATION =
  /\b(?:answer|result|solution)s?\b(?: value)? ?(?:[:=]|is|are|equals|must be|will be|would be|comes to)[ :=]*(?:[a-z] ?= ?)?[("'*]*$/;

/** How far before an answer its declaration is looked for, in characters. */
const DECLARED = 200;

/** Answers of so few letters are words that no prose can do without, such as A and no. */
const FEW_LETTERS = /^\p{L}{1,3}$/u;

/** What may follow the number of an answer: its unit. */
const UNIT = /^ ?\p{L}[^\d=]{0,30}(?:\^\d)?$/u;

/**
 * The place in a text that gives away a final answer, as it is written in the normalised text; undefined when there is
 * none. Numbers are compared by value (0.5 is 1/2 is 50%), other answers as text, both as wholes only. What the problem
 * itself states is given away only where it is called the answer; so are answers of three letters and fewer.
 * Numbers in words are not seen.
 */
export function findLeak(text: string, answer: string, problem: string): string | undefined {
  const hint = normaliseText(text);
  // Seldom wanted, and longer than all else.
  const stated = (): string => normaliseText(problem);
  const wanted = normaliseText(answer)
    .replace(/^answer: /, "")
    .replace(/(?<=.)\.$/, "");
  if (wanted === "") return undefined;
  const assigned = /^\p{L}\w{0,20} ?= ?/u.exec(wanted)?.[0].length ?? 0;
  const [number] = writtenNumbers(wanted.slice(assigned));
  const rest = wanted.slice(assigned + (number?.end ?? 0));
  const isNumber = number?.start === 0 && (rest === "" || UNIT.test(rest));
  return (
    (isNumber ? numberLeak(hint, number, stated) : undefined) ??
    (isNumber && rest === "" && assigned === 0 && !wanted.includes("/")
      ? undefined
      : textLeak(squeeze(hint), squeeze(wanted), () => squeeze(stated())))
  );
}

function numberLeak(hint: string, wanted: WrittenNumber, stated: () => string): string | undefined {
  const isStated = (): boolean => writtenNumbers(stated()).some((number) => saysTheSame(number, wanted));
  return leakAmong(
    hint,
    writtenNumbers(hint).filter((number) => saysTheSame(number, wanted)),
    isStated,
  );
}

function textLeak(hint: string, wanted: string, stated: () => string): string | undefined {
  const isStated = (): boolean => FEW_LETTERS.test(wanted) || occurrences(stated(), wanted).length > 0;
  return leakAmong(hint, occurrences(hint, wanted), isStated);
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function leakAmong(hint: string, places: readonly Place[], isStated: () => boolean): string | undefined {
  if (places.length === 0) return undefined;
  const leak = isStated()
    ? places.find(({ start }) => DECLARATION.test(hint.slice(Math.max(0, start - DECLARED), start)))
    : places[0];
  return leak && hint.slice(leak.start, leak.end);
}

/** Where a text stands as a whole: not inside a longer word or number. */
function occurrences(text: string, wanted: string): Place[] {
  const places: Place[] = [];
  for (let start = text.indexOf(wanted); start >= 0; start = text.indexOf(wanted, start + 1)) {
    const end = start + wanted.length;
    if (isApart(text.slice(Math.max(0, start - 2), start), wanted, text.slice(end, end + 2)))
      places.push({ start, end });
  }
  return places;
}

function isApart(before: string, wanted: string, after: string): boolean {
  const beginsInside = /^[\p{L}\p{N}]/u.test(wanted) && /[\p{L}\p{N}_]$|\d[.,/:]$/u.test(before);
  const endsInside = /[\p{L}\p{N}]$/u.test(wanted) && /^[\p{L}\p{N}_]|^[.,/:]\d/u.test(after);
  return !beginsInside && !endsInside;
}
