import type { Rational } from "../../../core/rational.ts";
import { type ApplyNode, childrenOf, type Expression } from "../expression.ts";
import { MAX_SAMPLED_TERMS, MAX_TERMS } from "../limits.ts";

/** A finite sum or product: what is added up, the name of its index, and the values that this has. */
export interface SeriesTerms {
  readonly body: Expression;
  readonly name: string;
  readonly indices: Iterable<bigint>;
}

/**
 * The terms of a node of index, first value, last value and body; null when its bounds are no whole numbers, or too far
 * apart. One without terms is empty, where its last value is one below the first.
 * @param evaluate the exact value of a bound, or null.
 * @param isSampled whether it is worked out at many points.
 */
export function termsOfSeries(
  { args }: ApplyNode,
  evaluate: (bound: Expression) => Rational | null,
  isSampled: boolean,
): SeriesTerms | null {
  const [index, low, high, body] = args;
  if (index?.kind !== "symbol" || low === undefined || high === undefined || body === undefined) return null;
  const [first, last] = [evaluate(low), evaluate(high)];
  if (first?.denominator !== 1n || last?.denominator !== 1n) return null;
  const count = last.numerator - first.numerator + 1n;
  const most = isSampled || holdsSeries(body) ? MAX_SAMPLED_TERMS : MAX_TERMS;
  if (count < 0n || count > most) return null;
  return { body, name: index.name, indices: between(first.numerator, last.numerator) };
}

function* between(first: bigint, last: bigint): Generator<bigint> {
  for (let index = first; index <= last; index++) yield index;
}

function holdsSeries(node: Expression): boolean {
  return (
    (node.kind === "apply" && (node.operator === "sum" || node.operator === "prod")) ||
    childrenOf(node).some(holdsSeries)
  );
}
