import { RE2JS, RE2JSSyntaxException } from "re2js";

/**
 * A pattern compiled for RE2's engine, which never backtracks: its time grows with the length of the text, whatever the
 * pattern and whoever wrote the text. It has no look-around and no back references.
 * @param flags those of re2js, such as `RE2JS.DOTALL`.
 * @throws SyntaxError that says what is wrong, and at which character (counted from 1).
 */
export function compileLinear(pattern: string, flags = 0): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const part = error.getPattern();
    const quoted = part === null || part === pattern ? "" : ` ${part}`;
    const position = positionOf(error, pattern);
    throw new SyntaxError(`${error.getDescription()}${quoted} (at character ${position})`, { cause: error });
  }
}

/** Where a pattern is wrong: the engine gives the part that is, but of stray parentheses the whole pattern. */
function positionOf(error: RE2JSSyntaxException, pattern: string): number {
  const part = error.getPattern();
  if (part !== null && part !== pattern) return pattern.lastIndexOf(part) + 1;
  if (error.getDescription() !== "unexpected )") return pattern.length;
  let end = 1;
  while (end < pattern.length && !endsInStray(pattern.slice(0, end))) end++;
  return end;
}

function endsInStray(prefix: string): boolean {
  try {
    RE2JS.compile(prefix);
    return false;
  } catch (error) {
    return error instanceof RE2JSSyntaxException && error.getDescription() === "unexpected )";
  }
}
