import type { Arbitrary } from "fast-check";
import type { ErrorCode } from "../../src/core/errors.ts";

/** Something that reads hostile input, and the input to try it with: one a file in `targets`, by its name. */
export interface FuzzTarget<T> {
  /** Valid inputs, broken ones, and everything between: a share of each, so that both ways out are taken. */
  readonly input: Arbitrary<T>;
  /** Codes of the refusals that it may end in; anything else that it throws is a failure. */
  readonly refusals: readonly ErrorCode[];
  /** Reads an input as the product does; ends when all that it started has ended. */
  readonly read: (input: T) => unknown;
  /** Releases what the target holds open. */
  readonly close?: () => Promise<void>;
}

/** A target, with the type of its input inferred. */
export function fuzzTarget<T>(target: FuzzTarget<T>): FuzzTarget<T> {
  return target;
}
