/** What ends in a point and ends no sentence. */
const ABBREVIATIONS = new Set(
  (
    "mr mrs ms dr prof sr jr st vs inc ltd co corp gen rep sen gov capt cmdr lt col sgt maj rev hon mt ft fig no vol pp ed " +
    "e.g i.e cf al approx dept est jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k ph.d a.m p.m"
  ).split(" "),
);

/** Signs that end a sentence where white space follows, behind quotation marks and brackets that close. */
const END = /[.!?…]+["'”’)\]*_]*(?=\s)|[。！？]+/gu;

/**
 * Sentences of a text. Points of abbreviations (`Dr.`), initials (`J. Smith`), list numbers (`1.`) and of an ellipsis
 * before a small letter end none; ends of lines end none either, as in IFEval, whose counter is NLTK's Punkt.
 */
export function countSentences(text: string): number {
  const trimmed = text.trim();
  if (trimmed === "") return 0;
  let [sentences, start] = [0, 0];
  for (const match of trimmed.matchAll(END)) {
    const end = match.index + match[0].length;
    if (!isEnd(trimmed, start, match.index, end, match[0])) continue;
    sentences++;
    start = end;
  }
  return /[\p{L}\p{N}]/u.test(trimmed.slice(start)) ? sentences + 1 : Math.max(1, sentences);
}

/** The longest word that could be an abbreviation. */
const LONGEST = 12;

function isEnd(text: string, start: number, at: number, end: number, sign: string): boolean {
  const next = /^\s*(.?)/u.exec(text.slice(end, end + LONGEST))?.[1] ?? "";
  if (/^(?:\.{2,}|…)/u.test(sign) && /^\p{Ll}/u.test(next)) return false;
  if (!sign.startsWith(".") || sign.startsWith("..")) return true;
  const word = /[^\s("'“‘*_[]*$/u.exec(text.slice(Math.max(start, at - LONGEST), at))?.[0] ?? "";
  if (/^\p{N}{1,3}$/u.test(word)) return text.slice(start, at).trim() !== word;
  return !ABBREVIATIONS.has(word.toLowerCase()) && !/^[A-HJ-Z]$/u.test(word);
}
