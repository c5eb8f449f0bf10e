import { apply, childrenOf, type Expression } from "../expression.ts";

/** Operators whose value is in degrees where what they are applied to is. */
const LINEAR: ReadonlySet<string> = new Set(["add", "negate", "multiply", "divide", "+-", "-+"]);

/**
 * An angle in degrees as the number of them: 180 - 2\alpha for 180° - 2\alpha. The same expression where no degrees are
 * written outside of functions, and where a \pi beside them says that it is in radians.
 */
export function withoutDegrees(node: Expression): Expression {
  return holdsDegrees(node) && !holdsPi(node) ? stripped(node) : node;
}

function holdsDegrees(node: Expression): boolean {
  if (node.kind !== "apply") return false;
  return node.operator === "degree" || (LINEAR.has(node.operator) && node.args.some(holdsDegrees));
}

function holdsPi(node: Expression): boolean {
  return (node.kind === "constant" && node.name === "pi") || childrenOf(node).some(holdsPi);
}

function stripped(node: Expression): Expression {
  if (node.kind !== "apply") return node;
  const [inner] = node.args;
  if (node.operator === "degree" && inner !== undefined) return inner;
  return LINEAR.has(node.operator) ? apply(node.operator, ...node.args.map(stripped)) : node;
}
