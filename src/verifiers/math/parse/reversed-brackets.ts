import type { Token } from "../vocabulary.ts";

/** Tokens with open ends of intervals in the notation of ISO 80000-2, such as ]2, 5[, as parentheses. */
export function withoutReversedBrackets(tokens: readonly Token[]): readonly Token[] {
  const open: string[] = [];
  let isReversed = false;
  const turned = tokens.map((token, index): Token => {
    if (token.type === "close" && token.text === "]" && open.at(-1) !== "[" && open.at(-1) !== "(") {
      isReversed = true;
      open.push("(");
      return { ...token, type: "open", text: "(" };
    }
    if (
      token.type === "open" &&
      token.text === "[" &&
      open.length > 0 &&
      endsItem(tokens[index - 1], tokens[index + 1])
    ) {
      isReversed = true;
      open.pop();
      return { ...token, type: "close", text: ")" };
    }
    if (token.type === "open") open.push(token.text);
    if (token.type === "close") open.pop();
    return token;
  });
  return isReversed && open.length === 0 ? turned : tokens;
}

/** Whether a bracket between two tokens has to be the closing one: a value in front of it, and none behind. */
function endsItem(before: Token | undefined, behind: Token | undefined): boolean {
  const isBehindValue = before !== undefined && ["number", "constant", "symbol", "close"].includes(before.type);
  return isBehindValue && (behind === undefined || ["set", "separator", "relation"].includes(behind.type));
}
