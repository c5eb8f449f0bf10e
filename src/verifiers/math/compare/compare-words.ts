import type { ConstantNode, Expression, SymbolNode } from "../expression.ts";

/** Short words that are read as products of letters: their letters count in order only. */
const SPELT: ReadonlySet<string> = new Set(["yes", "no", "true", "false", "even", "odd", "none"]);

/**
 * Whether two answers are the same word or name; null when neither is one. A product of letters may be a word that was
 * written without `\text`.
 */
export function areWordsEqual(gold: Expression, response: Expression): boolean | null {
  const [own, other] = [spellingOf(gold), spellingOf(response)];
  const areNames = gold.kind === "symbol" && response.kind === "symbol";
  const isSpelt = own !== null && SPELT.has(own);
  if (!areNames && !isSpelt && !isWord(gold) && !isWord(response)) return null;
  if (own === null || other === null || own === "") return false;
  // A hyphen between words is a matter of style; beside a product it is a minus.
  return areNames ? withoutHyphens(own) === withoutHyphens(other) : own === other;
}

function withoutHyphens(spelling: string): string {
  return spelling.replaceAll(/-(?!\d)/g, "");
}

/** Whether an answer is a word, or words and letters beside each other: odd n. */
function isWord(node: Expression): boolean {
  if (node.kind === "symbol") return node.isWord === true;
  return node.kind === "apply" && node.operator === "multiply" && spellingOf(node) !== null && node.args.some(isWord);
}

/** What a word says, or the letters of a product of names alone; null for others. */
function spellingOf(node: Expression): string | null {
  if (node.kind === "symbol" || node.kind === "constant") return spellingOfName(node);
  if (node.kind !== "apply" || node.operator !== "multiply") return null;
  let spelling = "";
  for (const factor of node.args) {
    if (factor.kind !== "symbol" && factor.kind !== "constant") return null;
    spelling += spellingOfName(factor);
  }
  return spelling;
}

/** The spelling of a word, or of a letter with its primes: f' is not f. */
function spellingOfName(node: ConstantNode | SymbolNode): string {
  const primes = node.kind === "symbol" && !node.isWord ? (/'+$/.exec(node.name)?.[0] ?? "") : "";
  return normalised(node.name) + primes;
}

/**
 * A word without what changes only its looks: case, spaces, and the punctuation that no digit follows. Signs of
 * mathematics, and what stands between digits or in front of them, are part of it.
 */
function normalised(word: string): string {
  return word
    .toLowerCase()
    .replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, "")
    .replaceAll(/(?<=\d)\s+(?=\d)/g, "_")
    .replaceAll("\u2212", "-")
    .replaceAll(/(?![.,/:]\d)[^\p{L}\p{N}\p{Sm}\p{Sc}*/^%_-]/gu, "");
}
