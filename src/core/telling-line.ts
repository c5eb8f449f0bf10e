/**
 * The line of an error's text, with its stack, that says most to a person: what was thrown, of a Python traceback its end.
 */
export function tellingLine(error: string): string {
  const lines = error.split("\n").filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
  return (lines.find((line) => /^\w*(?:Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? "").trim();
}
