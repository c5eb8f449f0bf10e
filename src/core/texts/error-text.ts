/** Most characters of an error's text, wherever it is stored or shown. */
const MOST_OF_ERROR = 10_000;
/** Most characters of what a server or a file says, where a message repeats it. */
const MOST_OF_EXCERPT = 500;

/**
 * The text of an error as it is kept: a hostile server, trainer or verifier must not fill the database with its message.
 * Beginning and end stay, since a traceback tells most at its end.
 */
export function errorText(text: string): string {
  return cut(text, MOST_OF_ERROR);
}

/** Foreign text as a message repeats it. */
export function excerptOf(text: string): string {
  return cut(text, MOST_OF_EXCERPT);
}

/** Leaves out the middle of a text that is longer than `most`; a text that was cut is not cut again. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = most - 60;
  const head = Math.ceil((kept * 2) / 3);
  const tail = kept - head;
  const whole = `${text.slice(0, head)} [... ${text.length - kept} characters left out ...] ${text.slice(-tail)}`;
  return whole.toWellFormed();
}
