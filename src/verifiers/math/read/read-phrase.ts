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

const REALS = /^all (positive|negative|non-?negative|non-?positive|non-?zero) real(?:s| numbers?)$/;
const REAL_PARTS: Readonly<Record<string, string>> = {
  positive: String.raw`(0,\infty)`,
  negative: String.raw`(-\infty,0)`,
  nonnegative: String.raw`[0,\infty)`,
  nonpositive: String.raw`(-\infty,0]`,
  nonzero: String.raw`\mathbb{R}\setminus\{0\}`,
};
/** The signs that leave a part of the real numbers: \mathbb{R}^+ and \mathbb{R}_{>0}. A lower + is left out: it may hold 0. */
const SIGNED_REALS =
  /^\\mathbb\s?\{?R\}?\s?(?:\^\s?\{?([+-])\}?|_\s?\{\s?([<>]|\\(?:geq?|leq?|neq?)(?![a-z]))\s?0\s?\})$/;
const SIGNS: Readonly<Record<string, string>> = {
  "+": "positive",
  "-": "negative",
  ">": "positive",
  "<": "negative",
  "\\ge": "nonnegative",
  "\\geq": "nonnegative",
  "\\le": "nonpositive",
  "\\leq": "nonpositive",
  "\\ne": "nonzero",
  "\\neq": "nonzero",
};

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
  const [, raised, lowered = raised] = SIGNED_REALS.exec(written) ?? [];
  const part = lowered === undefined ? undefined : SIGNS[lowered];
  if (part !== undefined) return tokenise(REAL_PARTS[part] ?? "");
  if (!IN_PHRASES.test(written)) return null;
  const words = written.replaceAll(/\\(?:text|textbf|mathrm|textrm)(?![a-zA-Z])|\\[ ,;:!]|[{}.]/g, " ").toLowerCase();
  const phrase = words
    .trim()
    .replaceAll(/\s+/g, " ")
    .replace(/^(?:the )?(?:set of )?/, "");
  const [, named] = REALS.exec(phrase) ?? [];
  if (named !== undefined) return tokenise(REAL_PARTS[named.replace("-", "")] ?? "");
  const set = PHRASES.get(phrase);
  return set === undefined ? null : [{ type: "symbol", text: set, spaced: false }];
}
