import type { Token } from "../vocabulary.ts";

/**
 * Tokens in which a wide space separates as a comma does where it stands between two relations, as in x = 1 \quad y = 2,
 * and means nothing elsewhere.
 */
export function withSeparatingSpaces(tokens: readonly Token[]): Token[] {
  if (!tokens.some(isSpace)) return [...tokens];
  const parts = partsOf(tokens);
  return parts.flatMap(({ tokens: part, hasRelation }, index) => {
    const before = parts[index - 1];
    if (before === undefined) return part;
    const separates = hasRelation && before.hasRelation && isValue(before.tokens.at(-1)) && isValue(part[0]);
    return separates ? [{ type: "separator", text: ",", spaced: false } as const, ...part] : part;
  });
}

interface Part {
  readonly tokens: Token[];
  /** Whether a relation stands outside all brackets in the item that the space bounds. */
  hasRelation: boolean;
}

/** The tokens between the wide spaces outside of brackets; those within brackets are left out. */
function partsOf(tokens: readonly Token[]): readonly Part[] {
  const parts: Part[] = [{ tokens: [], hasRelation: false }];
  let depth = 0;
  for (const token of tokens) {
    if (token.type === "open") depth++;
    if (token.type === "close") depth--;
    const last = parts.at(-1);
    if (isSpace(token)) {
      if (depth === 0) parts.push({ tokens: [], hasRelation: false });
      continue;
    }
    last?.tokens.push(token);
    if (last !== undefined && token.type === "relation" && depth === 0) last.hasRelation = true;
  }
  return parts;
}

function isSpace({ type, text }: Token): boolean {
  return type === "separator" && text === "quad";
}

/** Whether a token may begin or end an answer that stands beside another one. */
function isValue(token: Token | undefined): boolean {
  return token !== undefined && !["separator", "operator", "relation", "word"].includes(token.type);
}
