/**
 * The most useful line of an error's text with its stack: the message, or the end of a Python traceback.
 */
export function errorLine(error: string): string {
  const lines = error.split("\n").filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
  return (lines.find((line) => /^\w*(?:Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? "").trim();
}
