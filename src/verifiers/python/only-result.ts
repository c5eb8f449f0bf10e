import type { GroupResult, VerifierResult } from "../define-verifier.ts";

/** The result of a group of one response. @throws what it could not be judged for. */
export function onlyResult([result = null]: readonly GroupResult[]): VerifierResult | null {
  if (result instanceof Error) throw result;
  return result;
}
