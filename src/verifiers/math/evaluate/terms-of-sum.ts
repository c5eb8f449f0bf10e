import { add, negate, type Rational } from "../../../core/rational.ts";
import { evaluateExact } from "./evaluate-exact.ts";
import { apply, type ApplyNode, type Expression } from "../expression.ts";
import { structureText } from "./structure-text.ts";

/** Denominators above this are not brought together: those of many terms could grow without bounds. */
const MOST_ADDED = 2n ** 64n;

/**
 * The terms of a sum, with those of sums in it: its fractions added up, and without those that cancel each other, so that
 * large ones take no digits with them.
 */
export function termsOf(sum: ApplyNode): readonly Expression[] {
  sum.terms ??= combinedTerms(sum);
  return sum.terms;
}

function combinedTerms(sum: ApplyNode): readonly Expression[] {
  let total: Rational = { numerator: 0n, denominator: 1n };
  const terms = new Map<string, { readonly term: Expression; times: number }>();
  const collect = (node: Expression, sign: 1 | -1): void => {
    const exact = evaluateExact(node);
    if (exact !== null && exact.denominator <= MOST_ADDED && total.denominator <= MOST_ADDED) {
      total = add(total, sign === 1 ? exact : negate(exact));
    } else if (node.kind === "apply" && node.operator === "add") {
      for (const term of node.args) collect(term, sign);
    } else if (node.kind === "apply" && node.operator === "negate") {
      for (const term of node.args) collect(term, sign === 1 ? -1 : 1);
    } else {
      const text = structureText(node);
      const { term, times } = terms.get(text) ?? { term: node, times: 0 };
      terms.set(text, { term, times: times + sign });
    }
  };
  collect(sum, 1);
  const combined = [...terms.values()].flatMap(({ term, times }) => (times === 0 ? [] : [multipleOf(term, times)]));
  return total.numerator === 0n && combined.length > 0 ? combined : [...combined, numberOf(total)];
}

function multipleOf(term: Expression, times: number): Expression {
  if (times === 1) return term;
  if (times === -1) return apply("negate", term);
  return apply("multiply", numberOf({ numerator: BigInt(times), denominator: 1n }), term);
}

function numberOf(value: Rational): Expression {
  return { kind: "number", value, decimal: false, base: null };
}
