import { tokenise } from "../parse/tokenise.ts";
import type { Token } from "../vocabulary.ts";

const CURRENCY =
  /^(?:\\?([$€£])(?=[^$]*$)|\\(pounds|euro)(?![a-zA-Z])|(USD|EUR|GBP)(?=[\s~\\]))(?:\s|~|\\[ ,;:])*(?=[\d.])/;
const SYMBOLS: Readonly<Record<string, string>> = { pounds: "£", euro: "€", USD: "$", EUR: "€", GBP: "£" };

/** Takes the currency off an answer that it stands in front of; it is "" where there is none. */
export function splitCurrency(written: string): { readonly currency: string; readonly rest: string } {
  const [match = "", sign, command, code] = CURRENCY.exec(written) ?? [];
  const name = sign ?? command ?? code ?? "";
  return { currency: SYMBOLS[name] ?? name, rest: written.slice(match.length) };
}

const PHRASES: ReadonlyMap<string, string> = new Map([
  ...["no solution", "no solutions", "no real solution", "no real solutions", "empty set"].map(
    (phrase): [string, string] => [phrase, "\u2205"],
  ),
  ...["all real numbers", "all reals", "all real x"].map((phrase): [string, string] => [phrase, "\u211d"]),
]);

/** All real numbers but some, which stand behind the words. */
const EXCEPT =
  /^(?:the )?(?:set of )?all real(?:s| numbers?)?(?: \$?x)?\$?,? *(?:\b(?:except(?: for)?|but|other than|excluding|besides|not equal to)\b(?: when| where)?|\\neq?\b|≠|!=)/i;

/** A word of each of the phrases: an answer without it is none of them. */
const IN_PHRASES = /solution|empty|real/i;

/** The set that an answer in words names; null when it names none. */
export function tokensOfPhrase(written: string): readonly Token[] | null {
  return tokensOfException(written) ?? tokensOfSet(written);
}

/** The tokens of \mathbb{R} \setminus {...}; null when an answer does not say that. */
function tokensOfException(written: string): readonly Token[] | null {
  if (!/^(?:\\[a-z]{4,6}\s?\{)?\s*(?:the |all |set )/i.test(written)) return null;
  const plain = written
    .replaceAll(/\\(?:text|textbf|textrm|mathrm)\s?\{([^{}]*)\}/g, " $1 ")
    .replaceAll(/\s+/g, " ")
    .trim();
  const [match] = EXCEPT.exec(plain) ?? [];
  const excluded = match === undefined ? null : withoutName(tokenise(plain.slice(match.length)));
  if (!excluded || excluded.length === 0 || excluded.some(({ type }) => type === "word")) return null;
  return [token("symbol", "\u211d"), token("set", "difference"), token("open", "{"), ...excluded, token("close", "}")];
}

/** The excluded numbers of "x = 1 and x = 2". */
function withoutName(tokens: readonly Token[] | null): readonly Token[] | null {
  const isNamed = (index: number): boolean => tokens?.[index]?.text === "x" && tokens[index + 1]?.text === "=";
  return tokens?.filter((_, index) => !isNamed(index) && !isNamed(index - 1)) ?? null;
}

function token(type: Token["type"], text: string): Token {
  return { type, text, spaced: false };
}

function tokensOfSet(written: string): readonly Token[] | null {
  if (!IN_PHRASES.test(written)) return null;
  const words = written.replaceAll(/\\(?:text|textbf|mathrm|textrm)(?![a-zA-Z])|\\[ ,;:!]|[{}.]/g, " ").toLowerCase();
  const set = PHRASES.get(
    words
      .trim()
      .replaceAll(/\s+/g, " ")
      .replace(/^(?:the )?(?:set of )?/, ""),
  );
  return set === undefined ? null : [{ type: "symbol", text: set, spaced: false }];
}
