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
  const closers = closersOf(text);
  let from = 0;
  for (const match of text.matchAll(OPENER)) {
    if (match.index < from) continue;
    const start = match.index + match[0].length;
    const end = match[1] === undefined ? closers.get(start - 1) : start;
    if (end === undefined) continue;
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
  const closers = closersOf(text);
  return text.replaceAll(PIECE, (piece, index: number) => (closers.has(index + piece.indexOf("{")) ? piece : " "));
}

/** The braces of a text that are closed, from its first box on, each with where. */
function closersOf(text: string): ReadonlyMap<number, number> {
  const closers = new Map<number, number>();
  const open: number[] = [];
  const first = text.search(/\\f?box/);
  if (first === -1) return closers;
  for (let at = first; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") open.push(at);
    else if (text[at] === "}") {
      const start = open.pop();
      if (start !== undefined && at - start <= MAX_CONTENT) closers.set(start, at);
    }
  }
  return closers;
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
