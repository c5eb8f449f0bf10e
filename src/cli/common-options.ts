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

/** `--env NAME`, which may be repeated: a list of names. */
export function envOption(): Option {
  return new Option("--env <name>", "an environment variable that the verifier reads; may be repeated")
    .default([], "none")
    .argParser((name: string, before: readonly string[]) => [...before, name]);
}

/** Parses a whole number that is at least `least` and at most `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
      throw new InvalidArgumentError(`a whole number ${range} is wanted`);
    }
    return value;
  };
}
