import { add, divide, formatRational, multiply, negate, parseDecimal, type Rational } from "../../../core/rational.ts";
import { TENS, UNITS } from "../../numbers/number-words.ts";
import type { TokenType } from "../vocabulary.ts";

/** Tokens that part of a text stands for, and where that ends. */
export interface Spelt {
  readonly tokens: readonly (readonly [TokenType, string])[];
  readonly end: number;
}

const SMALL: ReadonlyMap<string, bigint> = new Map([
  ...UNITS.map((word, index): [string, bigint] => [word, BigInt(index)]),
  ...TENS.map((word, index): [string, bigint] => [word, BigInt(10 * index + 20)]),
]);
const SCALES: ReadonlyMap<string, bigint> = new Map([
  ["thousand", 1000n],
  ["million", 1_000_000n],
  ["billion", 1_000_000_000n],
  ["trillion", 1_000_000_000_000n],
]);
/** The parts that a whole is divided into, in the singular. */
const PARTS: ReadonlyMap<string, bigint> = new Map([
  ["half", 2n],
  ["third", 3n],
  ["quarter", 4n],
  ...(
    "fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth".split(
      " ",
    ) as string[]
  ).map((word, index): [string, bigint] => [word, BigInt(index + 4)]),
  ["twentieth", 20n],
  ["hundredth", 100n],
  ["thousandth", 1000n],
]);

const WORD = String.raw`(?:[a-z]{3,11}|a)`;
/** The words from here on that could be of a number: at most as many as the longest number that is read. */
const PHRASE = new RegExp(String.raw`${WORD}(?:[- ]${WORD}){0,15}(?![a-z])`, "iy");
/** The first word of a number: others are ruled out at once. */
const FIRST = new RegExp(
  String.raw`(?:a(?= (?:half|third|quarter|hundred|thousand|million|dozen)\b)|half|minus|negative|${[...SMALL.keys()].join("|")})(?![a-z])`,
  "iy",
);

/** Reads a number in English words at a place of a text: "two hundred and five", "three fourths"; null when there is none. */
export function readNumberWords(text: string, at: number): Spelt | null {
  FIRST.lastIndex = at;
  if (!FIRST.test(text)) return null;
  PHRASE.lastIndex = at;
  const [phrase = ""] = PHRASE.exec(text) ?? [];
  const words = phrase.split(/(?<=[- ])|(?=[- ])/).filter((part) => !/^[- ]$/.test(part));
  const reader = new WordReader(words.map((word) => word.toLowerCase()));
  const value = reader.readSigned();
  if (value === null) return null;
  const end = at + lengthOf(phrase, reader.at);
  // "twenty-fifth" is no 20.
  return /^-[a-zA-Z]/.test(text.slice(end, end + 2)) ? null : { tokens: tokensOf(value), end };
}

/** Whether an answer, in a text command or not, begins with a number in words. */
export function beginsWithNumberWord(written: string): boolean {
  const [opening = ""] = /^[$\s]*(?:\\text[a-z]{0,2}\s?\{\s*)?/.exec(written) ?? [];
  return readNumberWords(written, opening.length) !== null;
}

/** The length of the first words of a phrase: one character stands between each two. */
function lengthOf(phrase: string, count: number): number {
  return phrase.split(/[- ]/).slice(0, count).join(" ").length;
}

function tokensOf({ numerator, denominator }: Rational): Spelt["tokens"] {
  const sign: Spelt["tokens"] = numerator < 0n ? [["operator", "-"]] : [];
  const size = numerator < 0n ? -numerator : numerator;
  const decimal = formatRational({ numerator: size, denominator });
  if (!decimal.includes("/")) return [...sign, ["number", decimal]];
  return [
    ...sign,
    ["open", "group"],
    ["number", String(size)],
    ["operator", "/"],
    ["number", String(denominator)],
    ["close", "group"],
  ];
}

const ONE: Rational = { numerator: 1n, denominator: 1n };

/** Reads words from the first one on; `at` is the number of words that have been read. */
class WordReader {
  readonly #words: readonly string[];
  at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  #peek(): string {
    return this.#words[this.at] ?? "";
  }

  #take(...words: readonly string[]): boolean {
    const found = words.includes(this.#peek());
    if (found) this.at++;
    return found;
  }

  readSigned(): Rational | null {
    const isNegative = this.#take("minus", "negative");
    const value = this.#readMixed();
    return value && isNegative ? negate(value) : value;
  }

  /** A number with the fraction that "and" joins to it: three and a half. */
  #readMixed(): Rational | null {
    const fraction = this.#readFraction();
    if (fraction !== null) return fraction;
    const whole = this.#readWhole();
    if (whole === null) return null;
    const number: Rational = { numerator: whole, denominator: 1n };
    const end = this.at;
    if (this.#take("point")) {
      const digits = this.#readDigits();
      const decimal = digits === "" ? null : parseDecimal(`${whole}.${digits}`);
      if (decimal !== null) return decimal;
    } else if (this.#take("and")) {
      const part = this.#readFraction();
      if (part !== null) return add(number, part);
    }
    this.at = end;
    return number;
  }

  #readDigits(): string {
    let digits = "";
    for (let value = SMALL.get(this.#peek()); value !== undefined && value < 10n; value = SMALL.get(this.#peek())) {
      digits += String(value);
      this.at++;
    }
    return digits;
  }

  /** A fraction such as "a half" or "three fourths": several parts are named in the plural, a single one in the singular. */
  #readFraction(): Rational | null {
    const start = this.at;
    const isBare = this.#peek() === "half";
    const count = isBare || this.#take("a") ? 1n : this.#readWhole();
    const word = this.#peek();
    const singular = word === "halves" ? "half" : word.replace(/s$/, "");
    const parts = PARTS.get(singular);
    if (count !== null && parts !== undefined && (count === 1n) === (singular === word)) {
      this.at++;
      return divide(multiply(ONE, { numerator: count, denominator: 1n }), { numerator: parts, denominator: 1n });
    }
    this.at = start;
    return null;
  }

  /** A whole number: groups of hundreds with falling scales, and "and" in front of what is below a hundred. */
  #readWhole(): bigint | null {
    let total: bigint | null = null;
    let below = 10n ** 15n;
    for (;;) {
      const start = this.at;
      const joined = total !== null && this.#take("and");
      const group = this.#take("a") ? (this.#peek() === "hundred" ? this.#readHundreds(1n) : 1n) : this.#readHundreds();
      const scale = group === null ? undefined : SCALES.get(this.#peek());
      if (scale !== undefined) this.at++;
      const value = group === null ? null : group * (scale ?? 1n);
      const isNext = value !== null && (total === null || value < below) && (!joined || value < 100n);
      if (!isNext || (total !== null && value === 0n)) {
        this.at = start;
        return total;
      }
      total = (total ?? 0n) + value;
      if (scale === undefined) return total;
      below = scale;
    }
  }

  /** A number below a thousand, or of hundreds such as "twelve hundred". */
  #readHundreds(given: bigint | null = null): bigint | null {
    const first = given ?? this.#readSmall();
    if (first === null || !this.#take("hundred")) return first;
    const end = this.at;
    this.#take("and");
    const rest = this.#readSmall();
    if (rest === null || PARTS.has(this.#peek().replace(/s$/, ""))) {
      this.at = end;
      return first * 100n;
    }
    return first * 100n + rest;
  }

  /** A number below a hundred. */
  #readSmall(): bigint | null {
    const first = SMALL.get(this.#peek());
    if (first === undefined) return null;
    this.at++;
    const second = SMALL.get(this.#peek());
    if (first < 20n || second === undefined || second === 0n || second > 9n) return first;
    this.at++;
    return first + second;
  }
}
