import { multiplierOf } from "../../numbers/multipliers.ts";
import { isUnit } from "../units.ts";
import type { Token } from "../vocabulary.ts";

/** What words around a number say only of how it was found. */
const HEDGES: ReadonlySet<string> = new Set(
  "approximately about exactly roughly approx nearly around ~ sim".split(" "),
);

/** Words that say something of a value, or add another one to it, wherever they stand among others. */
const NO_UNITS: ReadonlySet<string> = new Set(
  (
    "or to not maybe perhaps and but plus minus times over divided is isn't if unless than less more least most point " +
    "half halves factorial choose negative through until between one two three four five six seven eight nine ten eleven " +
    "twelve twenty thirty forty fifty sixty seventy eighty ninety"
  ).split(" "),
);
/** Directly behind a value these are no unit either: 5 squared, 5 tenths. */
const NO_FIRST_UNIT =
  /^(?:squared|cubed|(?:third|quarter|(?:[a-z]{3,6}tie|four|fif|six|seven|eigh|nin|ten|hundred|thousand|million)th)s?)\b/i;

/** The tokens of an answer without its units, the text of the last of them, and that of each of its items. */
export interface Unitless {
  readonly tokens: readonly Token[];
  readonly unit: string | null;
  /** One for each item between the separators outside all brackets. */
  readonly units: readonly (string | null)[];
}

/** Takes the units off the values of an answer: words behind a value, up to the end of its part of the answer. */
export function stripUnits(tokens: readonly Token[]): Unitless {
  const kept: Token[] = [];
  let unit: string | null = null;
  let depth = 0;
  const units: (string | null)[] = [null];
  let at = HEDGES.has(tokens[0]?.text ?? "") ? 1 : 0;
  while (at < tokens.length) {
    const multiplied = endsValue(kept.at(-1)) ? timesMultiplier(tokens[at]) : null;
    if (multiplied !== null) {
      kept.push(...multiplied.factor);
      if (multiplied.rest === null) at++;
      else tokens = tokens.with(at, multiplied.rest);
      continue;
    }
    const end = endsValue(kept.at(-1)) ? endOfUnit(tokens, at, isPlainNumber(kept)) : at;
    if (end > at) {
      unit = textOf(tokens.slice(at, end));
      units[units.length - 1] = unit;
      at = end;
    } else {
      const token = tokens[at++];
      if (token === undefined) break;
      if (token.type === "open") depth++;
      if (token.type === "close") depth--;
      if (token.type === "separator" && depth === 0 && kept.at(-1)?.type !== "separator") units.push(null);
      kept.push(token);
    }
  }
  return { tokens: kept, unit, units };
}

/** The factor that a word such as million is, and what stands behind it in the same token. */
function timesMultiplier(
  token: Token | undefined,
): { readonly factor: readonly Token[]; readonly rest: Token | null } | null {
  if (token?.type !== "word") return null;
  const [first = "", ...more] = token.text.split(/ +/);
  const value = multiplierOf(first);
  if (value === undefined) return null;
  const factor: readonly Token[] = [
    { type: "operator", text: "*", spaced: false },
    { type: "number", text: String(value.numerator), spaced: false },
  ];
  return { factor, rest: more.length === 0 ? null : { ...token, text: more.join(" ") } };
}

function endsValue(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return ["number", "close", "constant", "symbol", "postfix"].includes(token.type);
}

/** Where the unit that begins at a token ends; the same place when there is none. */
function endOfUnit(tokens: readonly Token[], start: number, behindNumber: boolean): number {
  const first = tokens[start];
  if (first?.text === "(" && tokens[start + 1]?.type === "word" && isUnit(tokens[start + 1]?.text ?? "")) {
    const inner = endOfUnit(tokens, start + 1, behindNumber);
    return inner > start + 1 && tokens[inner]?.text === ")" ? inner + 1 : start;
  }
  if (
    first === undefined ||
    !(isUnitWord(first, tokens[start - 1]) || (behindNumber && first.spaced && isUnitLetter(first)))
  )
    return start;
  let at = start + 1;
  while (at < tokens.length) {
    const token = tokens[at];
    if ((token?.type === "word" && isUnitText(token)) || (tokens[at - 1]?.text === "/" && isUnitLetter(token))) at++;
    else if (token?.text === "/" && at + 1 < tokens.length) at++;
    else if (token?.text === "^" && tokens[at + 1]?.type === "number") at += 2;
    else if (token?.text === "^" && tokens[at + 1]?.text === "group") at = behindGroup(tokens, at + 2);
    else break;
  }
  const next = tokens[at];
  return next === undefined || ["separator", "relation", "close", "set"].includes(next.type) ? at : start;
}

/** The place behind the group that ends next. */
function behindGroup(tokens: readonly Token[], start: number): number {
  const end = tokens.slice(start, start + 3).findIndex(({ text }) => text === "group");
  return end === -1 ? tokens.length : start + end + 1;
}

/** Whether a value is a number without variables, behind which a letter that stands apart names a unit: 5 m, but not r^2 h. */
function isPlainNumber(kept: readonly Token[]): boolean {
  const start = kept.findLastIndex(({ type }) => type === "separator" || type === "relation");
  return kept.at(-1)?.type === "number" && kept.slice(start + 1).every(({ type }) => type !== "symbol");
}

/** A word behind a number, or one behind a variable that does name a unit. */
function isUnitWord(token: Token, before: Token | undefined): boolean {
  if (token.type !== "word" || NO_FIRST_UNIT.test(token.text) || !isUnitText(token)) return false;
  return before?.type !== "symbol" || isUnit(token.text);
}

function isUnitText({ text }: Token): boolean {
  return text.split(/[ -]+/).every((word) => !NO_UNITS.has(word.toLowerCase()));
}

function isUnitLetter(token: Token | undefined): boolean {
  return token?.type === "symbol" && isUnit(token.text);
}

function textOf(tokens: readonly Token[]): string {
  return tokens
    .filter(({ text }) => !["group", "(", ")"].includes(text))
    .map((token) => token.text)
    .join(" ")
    .replaceAll(" ^ ", "^");
}
