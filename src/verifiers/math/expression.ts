import type { Rational } from "../../core/rational.ts";

/** A number as it was written: `decimal` with a decimal point, `base` with a subscript such as that of 12_8. */
export interface NumberNode {
  readonly kind: "number";
  readonly value: Rational;
  readonly decimal: boolean;
  readonly base: string | null;
}

/** A variable, or words such as those of a `\text{...}`. */
export interface SymbolNode {
  readonly kind: "symbol";
  readonly name: string;
  readonly isWord?: boolean;
  /** Whether it is the left side of an equation that was not understood, and stands for what that says. */
  readonly isOpaque?: boolean;
}

/** A number with a name. */
export interface ConstantNode {
  readonly kind: "constant";
  readonly name: "pi" | "e" | "i" | "infinity";
}

/** An operator or a function with its arguments. */
export interface ApplyNode {
  readonly kind: "apply";
  readonly operator: string;
  readonly args: readonly Expression[];
  /**
   * Its exact value, or null, once that has been asked for: a comparison asks again at every level of a tree, and a
   * WeakMap of all nodes would cost more in garbage collection than everything else.
   */
  exact?: Rational | null;
  /** The terms of a sum, once they have been asked for. */
  terms?: readonly Expression[];
}

/** What a pair of brackets holds: a tuple, a set or an interval, as `open` and `close` say. */
export interface BracketNode {
  readonly kind: "bracket";
  readonly open: "(" | "[" | "{";
  readonly close: ")" | "]" | "}";
  readonly items: readonly Expression[];
}

/** Several answers beside each other without brackets: "1, 2 and 3", or what a ± stands for. */
export interface ListNode {
  readonly kind: "list";
  readonly items: readonly Expression[];
  /** The word between them, or what a line break between equations means; without it a comma. */
  readonly joiner?: "and" | "or";
}

/** What stands between two sides of a relation. `in` is membership. */
export type RelationSign = "=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "~";

/** A chain such as 1 < x <= 2: one sign fewer than sides. */
export interface RelationNode {
  readonly kind: "relation";
  readonly signs: readonly RelationSign[];
  readonly sides: readonly Expression[];
}

/** A matrix; `determinant` when its delimiters are bars. */
export interface MatrixNode {
  readonly kind: "matrix";
  readonly rows: readonly (readonly Expression[])[];
  readonly determinant: boolean;
}

/** An answer as a tree. Its depth and size are bounded by the parser, so that walking it by recursion is safe. */
export type Expression =
  | NumberNode
  | SymbolNode
  | ConstantNode
  | ApplyNode
  | BracketNode
  | ListNode
  | RelationNode
  | MatrixNode;

/** An operator or function applied to arguments. */
export function apply(operator: string, ...args: readonly Expression[]): ApplyNode {
  return { kind: "apply", operator, args };
}

/** The expressions directly below one. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "apply":
      return node.args;
    case "bracket":
    case "list":
      return node.items;
    case "relation":
      return node.sides;
    case "matrix":
      return node.rows.flat();
    case "number":
    case "symbol":
    case "constant":
      return [];
  }
}

/** How the names of the indices of sums and products begin, which are no variables. */
export const INDEX = "#";

/** Adds the names of an expression's variables to a set, and returns it. */
export function variablesOf(node: Expression, names = new Set<string>()): Set<string> {
  if (node.kind === "symbol" && !node.name.startsWith(INDEX)) names.add(node.name);
  for (const child of childrenOf(node)) variablesOf(child, names);
  return names;
}

/** An expression with each of its symbols replaced. */
export function replaceSymbols(node: Expression, replace: (symbol: SymbolNode) => Expression): Expression {
  const within = (part: Expression): Expression => replaceSymbols(part, replace);
  switch (node.kind) {
    case "symbol":
      return replace(node);
    case "apply":
      return apply(node.operator, ...node.args.map(within));
    case "bracket":
    case "list":
      return { ...node, items: node.items.map(within) };
    case "relation":
      return { ...node, sides: node.sides.map(within) };
    case "matrix":
      return { ...node, rows: node.rows.map((row) => row.map(within)) };
    default:
      return node;
  }
}
