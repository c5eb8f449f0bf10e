import { styleText } from "node:util";
import { isRlvrError } from "../core/errors.ts";
import { printable } from "./printable.ts";

/** An error as a person reads it on a terminal: what is wrong, and what to do next. A bug shows its stack. */
export function describeError(error: unknown): string {
  const red = (text: string): string => styleText("red", text, { stream: process.stderr });
  if (isRlvrError(error)) return `${red(`rlvr: ${printable(error.message)}`)}\n${printable(error.advice)}`;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${red("rlvr: an unexpected error; please report it")}\n${stack}`;
}
