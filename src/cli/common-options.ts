import { InvalidArgumentError, Option } from "commander";

/** Where runs are tracked unless told otherwise, relative to the user's folder. */
export const DEFAULT_DATABASE = ".rlvr/rlvr.db";

/** `--db FILE`. */
export function databaseOption(): Option {
  return new Option("--db <file>", "the database").default(DEFAULT_DATABASE);
}

/** `--json`. */
export function jsonOption(): Option {
  return new Option("--json", "machine-readable output on stdout, and nothing else there").default(false);
}

/** Parses a whole number that is at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`a whole number from ${least} is wanted`);
    return value;
  };
}
