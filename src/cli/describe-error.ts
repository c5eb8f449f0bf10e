import { styleText } from "node:util";
import { isRlvrError } from "../core/errors.ts";
import { maskUrls } from "../core/secrets/mask-urls.ts";
import { asStarted } from "./command-name.ts";
import { printable } from "./printable.ts";

/** An error as a person reads it on a terminal: what is wrong, and what to do next. A bug shows its stack. */
export function describeError(error: unknown): string {
  const red = (text: string): string => styleText("red", text, { stream: process.stderr });
  // A person may give a URL with a key in it, and a library may repeat it.
  const told = (text: string): string => printable(asStarted(maskUrls(text)));
  if (isRlvrError(error)) return `${red(`rlvr: ${told(error.message)}`)}\n${told(error.advice)}`;
  const stack = maskUrls(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return `${red("rlvr: an unexpected error; please report it")}\n${stack}`;
}
