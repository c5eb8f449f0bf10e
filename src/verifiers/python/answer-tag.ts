const OPEN = "<answer>";
const CLOSE = "</answer>";

/**
 * What stands in the last <answer> tag of a text, or null: from an opening tag to the first closing one after it, as
 * reasoning_gym.utils.extract_answer has it, but in one pass however many tags are never closed.
 */
export function lastAnswerTag(text: string): string | null {
  let found: string | null = null;
  for (let at = 0; ;) {
    const open = text.indexOf(OPEN, at);
    const close = open < 0 ? -1 : text.indexOf(CLOSE, open + OPEN.length);
    if (close < 0) return found;
    found = text.slice(open + OPEN.length, close);
    at = close + CLOSE.length;
  }
}
