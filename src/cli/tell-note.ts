import { asStarted } from "./command-name.ts";
import { printable } from "./printable.ts";

/** Tells a person something on standard error, with its commands as they can be typed. */
export function tellNote(text: string): void {
  process.stderr.write(`${printable(asStarted(text))}\n`);
}
