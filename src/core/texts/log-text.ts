import { stripVTControlCharacters } from "node:util";

/** Controls that a log may hold besides the tab and the end of a line. */
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

/**
 * What a program printed as it would stand on a terminal in the end: without colours and other controls, and of a line that was
 * drawn over again and again, such as a progress bar, what stood there last.
 */
export function logText(printed: string): string {
  return stripVTControlCharacters(printed)
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => line.slice(line.trimEnd().lastIndexOf("\r") + 1))
    .join("\n")
    .replaceAll(CONTROLS, "");
}
