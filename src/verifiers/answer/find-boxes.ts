/** A closed `\boxed{...}` or `\fbox{...}` of a text, which goes from `start` to `end`. */
export interface Box {
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

/** A box that is not closed after so many characters is not closed. */
const MAX_CONTENT = 2000;

const OPENER = /\\(?:boxed|fbox)\s*(?:\{|(\w+))/g;

/** The boxes of a text that hold an answer, in order: not the empty ones, and no placeholder such as `\boxed{answer}`. */
export function findBoxes(text: string): Box[] {
  const boxes: Box[] = [];
  let from = 0;
  for (const match of text.matchAll(OPENER)) {
    if (match.index < from) continue;
    const start = match.index + match[0].length;
    const end = match[1] === undefined ? closingBrace(text, start) : start;
    if (end === null) continue;
    const content = (match[1] ?? text.slice(start, end)).trim();
    from = end;
    if (!isPlaceholder(content)) {
      boxes.push({ start: match.index, end: match[1] === undefined ? end + 1 : end, content });
    }
  }
  return boxes;
}

const PIECE = /\\(?:boxed|fbox)\s*\{(?:(?!\\(?:boxed|fbox)\s*\{)[^\n])*/g;

/** A text without its boxes that are not closed: each is cut out up to the next box or the end of its line. */
export function withoutOpenBoxes(text: string): string {
  return text.replaceAll(PIECE, (piece, index: number) =>
    closingBrace(text, index + piece.indexOf("{") + 1) === null ? " " : piece,
  );
}

/** The place of the brace that closes the one before a place; null when it is not near. */
function closingBrace(text: string, start: number): number | null {
  let depth = 1;
  for (let at = start; at < Math.min(text.length, start + MAX_CONTENT); at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return null;
}

const BLANK = /^(?:\\(?:l?dots|cdots|q?quad|square|[,;:! ])|[\s$~_.?…-])*$/;
const FONT = /\\(?:text\w{0,2}|math\w{2})\s?\{([^{}]*)\}/g;
/** What an instruction has for the answer, without spaces and brackets. */
const PLACEHOLDER =
  /^(?:insert|put|write)?(?:(?:the|your|my)?(?:final|correct)?(?:numerical)?(?:answer|result)|your(?:value|number|integer|expression|letter|choice|solution|response))(?:goes)?(?:here)?$/i;
const MAX_PLACEHOLDER = 60;

/** Whether a box holds nothing, or what an instruction to box the answer has in its place: `\boxed{your answer}`. */
function isPlaceholder(content: string): boolean {
  if (content.length > MAX_PLACEHOLDER) return false;
  const plain = content.replaceAll(FONT, "$1");
  return BLANK.test(plain) || PLACEHOLDER.test(plain.replaceAll(/[\s{}()[\]<>$*_.~\\-]/g, ""));
}
