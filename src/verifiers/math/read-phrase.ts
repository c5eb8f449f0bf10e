import type { Token } from "./vocabulary.ts";

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

/** The set that an answer in words names; null when it names none. */
export function tokensOfPhrase(written: string): readonly Token[] | null {
  const words = written.replaceAll(/\\(?:text|textbf|mathrm|textrm)(?![a-zA-Z])|\\[ ,;:!]|[{}.]/g, " ").toLowerCase();
  const set = PHRASES.get(words.trim().replaceAll(/\s+/g, " ").replace(/^the /, ""));
  return set === undefined ? null : [{ type: "symbol", text: set, spaced: false }];
}
