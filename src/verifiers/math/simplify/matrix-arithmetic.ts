import { numberNode } from "../parse/build-expression.ts";
import { evaluateExact } from "../evaluate/evaluate-exact.ts";
import { apply, type ApplyNode, childrenOf, type Expression, type MatrixNode } from "../expression.ts";

type Rows = readonly (readonly Expression[])[];

/** A result with more parts than this is not worked out. */
const MOST_NODES = 4000;
/** Determinants and inverses of larger matrices, and higher powers, are not worked out. */
const LARGEST = 4;
const HIGHEST_POWER = 16;

/**
 * An expression with the arithmetic of its matrices and of tuples as vectors worked out: sums, products, multiples,
 * powers, transposes, inverses and determinants. The same expression where there is none, or where it is not defined.
 */
export function reduceMatrices(node: Expression): Expression {
  if (node.kind === "matrix") return (node.determinant && determinantOf(node.rows)) || node;
  if (node.kind !== "apply" || !ARITHMETIC.has(node.operator)) return node;
  const args = node.args.map(reduceMatrices);
  if (!args.some(isArray))
    return args.every((part, index) => part === node.args[index]) ? node : apply(node.operator, ...args);
  const result = reduceApply(node, args);
  return result === null || sizeOf(result) > MOST_NODES ? node : result;
}

const ARITHMETIC: ReadonlySet<string> = new Set(["add", "negate", "multiply", "divide", "power", "det"]);

function isArray(node: Expression): boolean {
  return node.kind === "matrix" || isVector(node);
}

/** Whether an expression is a tuple in round brackets, which may be a vector. */
function isVector(node: Expression): boolean {
  return node.kind === "bracket" && node.open === "(" && node.close === ")" && node.items.length > 1;
}

function sizeOf(node: Expression): number {
  return childrenOf(node).reduce((total, child) => total + sizeOf(child), 1);
}

function reduceApply({ operator }: ApplyNode, args: readonly Expression[]): Expression | null {
  const [first, second] = args;
  if (first === undefined) return null;
  switch (operator) {
    case "add":
      return fold(args, addArrays);
    case "negate":
      return scaled(first, numberNode("1"), true);
    case "multiply":
      return fold(args, multiplyArrays);
    case "divide":
      return second === undefined || isArray(second) ? null : scaled(first, apply("divide", numberNode("1"), second));
    case "power":
      return second === undefined ? null : raised(first, second);
    case "det":
      return first.kind === "matrix" ? determinantOf(first.rows) : null;
    default:
      return null;
  }
}

type Step = (first: Expression, second: Expression) => Expression | null;

/** The result of a step after another; null as soon as one is not defined, or its result too large. */
function fold(args: readonly Expression[], step: Step): Expression | null {
  let [total = null] = args;
  for (const next of args.slice(1)) {
    total = total && step(total, next);
    if (total === null || sizeOf(total) > MOST_NODES) return null;
  }
  return total;
}

function rowsOf(node: Expression): Rows | null {
  if (node.kind === "matrix") return node.determinant ? null : node.rows;
  return node.kind === "bracket" && isVector(node) ? [node.items] : null;
}

/** An array of the same kind as another one, with other entries. */
function like(model: Expression, rows: Rows): Expression {
  const simple = rows.map((row) => row.map(valueOf));
  if (model.kind === "bracket") return { ...model, items: simple[0] ?? [] };
  const matrix: MatrixNode = { kind: "matrix", rows: simple, determinant: false };
  return matrix;
}

/** An entry as the number that it is, so that products of many matrices stay small. */
function valueOf(entry: Expression): Expression {
  const value = evaluateExact(entry);
  return value === null ? entry : { kind: "number", value, decimal: false, base: null };
}

function addArrays(first: Expression, second: Expression): Expression | null {
  const [left, right] = [rowsOf(first), rowsOf(second)];
  if (left === null || right === null || first.kind !== second.kind || !haveSameShape(left, right)) return null;
  return like(
    first,
    left.map((row, at) => row.map((entry, column) => apply("add", entry, right[at]?.[column] ?? entry))),
  );
}

function haveSameShape(first: Rows, second: Rows): boolean {
  return first.length === second.length && first[0]?.length === second[0]?.length;
}

function scaled(array: Expression, factor: Expression, isNegative = false): Expression | null {
  const rows = rowsOf(array);
  if (rows === null) return null;
  const scale = (entry: Expression): Expression =>
    isNegative ? apply("negate", entry) : apply("multiply", factor, entry);
  return like(
    array,
    rows.map((row) => row.map(scale)),
  );
}

function multiplyArrays(first: Expression, second: Expression): Expression | null {
  if (!isArray(first)) return isArray(second) ? scaled(second, first) : apply("multiply", first, second);
  if (!isArray(second)) return scaled(first, second);
  if (first.kind !== "matrix" || second.kind !== "matrix") return null;
  const [left, right] = [rowsOf(first), rowsOf(second)];
  const width = right?.[0]?.length ?? 0;
  if (left === null || right === null || left[0]?.length !== right.length) return null;
  if (left.length * right.length * width > MOST_NODES) return null;
  const entryAt = (row: readonly Expression[], column: number): Expression =>
    apply("add", ...row.map((entry, index) => apply("multiply", entry, right[index]?.[column] ?? entry)));
  return like(
    first,
    left.map((row) => Array.from({ length: width }, (_, column) => entryAt(row, column))),
  );
}

function raised(base: Expression, exponent: Expression): Expression | null {
  if (base.kind !== "matrix" || base.determinant) return null;
  const isTranspose = exponent.kind === "symbol" && /^[Tt]$/.test(exponent.name);
  if (isTranspose) return like(base, transposed(base.rows));
  const value = evaluateExact(exponent);
  if (value?.denominator !== 1n || value.numerator > HIGHEST_POWER || value.numerator < -1n) return null;
  if (value.numerator === -1n) return inverseOf(base.rows);
  let power: Expression | null = value.numerator === 0n ? null : base;
  for (let times = 1n; times < value.numerator && power !== null; times++) {
    power = multiplyArrays(power, base);
    if (power !== null && sizeOf(power) > MOST_NODES) return null;
  }
  return power;
}

function transposed(rows: Rows): Rows {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? numberNode("0")));
}

/** By expansion along the first row; null for one that is not square or too large. */
function determinantOf(rows: Rows): Expression | null {
  if (rows.length > LARGEST || rows.some((row) => row.length !== rows.length)) return null;
  const [first = []] = rows;
  const [only] = first;
  if (rows.length === 1 && only !== undefined) return only;
  const terms = first.map((entry, column) => {
    const minor = determinantOf(minorOf(rows, 0, column)) ?? numberNode("0");
    const term = apply("multiply", entry, minor);
    return column % 2 === 0 ? term : apply("negate", term);
  });
  return valueOf(apply("add", ...terms));
}

function minorOf(rows: Rows, without: number, column: number): Rows {
  return rows.filter((_, at) => at !== without).map((row) => row.filter((_, at) => at !== column));
}

/** The transposed matrix of the signed minors over the determinant; null where that is zero. */
function inverseOf(rows: Rows): Expression | null {
  const determinant = determinantOf(rows);
  if (determinant === null || rows.length < 2 || evaluateExact(determinant)?.numerator === 0n) return null;
  const signed = rows.map((row, at) =>
    row.map((_, column) => {
      const minor = determinantOf(minorOf(rows, at, column)) ?? numberNode("0");
      return apply("divide", (at + column) % 2 === 0 ? minor : apply("negate", minor), determinant);
    }),
  );
  return like({ kind: "matrix", rows, determinant: false }, transposed(signed));
}
