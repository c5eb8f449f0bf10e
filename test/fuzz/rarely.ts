import fc from "fast-check";

/** A value once in so many inputs, null in all others. */
export function rarely<T>(once: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: once - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });
}
