const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
const WORD_CHARACTER = /^[\p{L}\p{M}\p{N}_]$/u;
/** Letters joined by signs, such as `well-known`, `don't` or `U.S`: what is one word to a reader. */
const JOINED_WORD = /[\p{L}\p{M}\p{N}_]+(?:[-'’.&/][\p{L}\p{M}\p{N}_]+)*/gu;

/** Runs of letters, digits and underscores; `don't` is two, as IFEval counts. */
export function countWords(text: string): number {
  return text.match(WORD)?.length ?? 0;
}

/** Words of capital letters alone, digits aside; what hyphens or apostrophes join is one. */
export function countCapitalWords(text: string): number {
  return text.match(JOINED_WORD)?.filter(isUpper).length ?? 0;
}

/** Whether a text has letters with a case, and all of them are capitals. */
export function isUpper(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);
}

/** Whether a text has letters with a case, and none of them is a capital. */
export function isLower(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
}

/** Places where a text stands in another, case aside, none overlapping. */
export function countIn(text: string, part: string): number {
  const [folded, wanted] = [text.toLowerCase(), part.toLowerCase()];
  let found = 0;
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + wanted.length)) found++;
  return found;
}

/** Whether a word or phrase stands in a text by itself, case aside: not as a part of a longer word. */
export function hasWord(text: string, word: string): boolean {
  const [folded, wanted] = [text.toLowerCase(), word.toLowerCase()];
  const [bindsBefore, bindsAfter] = [isWordCharacter(first(wanted)), isWordCharacter(last(wanted))];
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    // Two units of text: half of a letter beyond the basic plane is none.
    const before = last(folded.slice(Math.max(0, at - 2), at));
    const after = first(folded.slice(at + wanted.length, at + wanted.length + 2));
    if (!(bindsBefore && isWordCharacter(before)) && !(bindsAfter && isWordCharacter(after))) return true;
  }
  return false;
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && WORD_CHARACTER.test(character);
}

function first(text: string): string | undefined {
  return Array.from(text.slice(0, 2))[0];
}

function last(text: string): string | undefined {
  return Array.from(text.slice(-2)).at(-1);
}
