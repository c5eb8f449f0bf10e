import { add, divide, multiply, negate, parseDecimal, type Rational } from "../../core/rational.ts";
import { OFFSETS, OTHER_UNITS, PREFIXED_UNITS, PREFIXES, type UnitRow } from "./unit-table.ts";

/** A unit of measurement: a value of it, times the factor, plus the offset, is the value in base units. */
export interface Unit {
  readonly factor: Rational;
  readonly offset: Rational;
  /** The base units with their powers, in the order of their names, such as `m s^-2`; empty for a number of things. */
  readonly dimension: string;
}

const ZERO: Rational = { numerator: 0n, denominator: 1n };
const ONE: Rational = { numerator: 1n, denominator: 1n };
const NONE: Unit = { factor: ONE, offset: ZERO, dimension: "" };

/** Units by symbol and by name. The table's own names go last: min is a minute, and no thousandth of an inch. */
const SYMBOLS = new Map<string, Unit>();
const NAMES = new Map<string, Unit>();
/** The units whose symbol begins with a prefix. */
const PREFIXED = new Set<Unit>();
for (const row of PREFIXED_UNITS) for (const [symbol, name, power] of PREFIXES) addRow(row, symbol, name, power);
for (const row of [...PREFIXED_UNITS, ...OTHER_UNITS]) addRow(row, "", "", 0);

function addRow([symbols, names, value, dimension]: UnitRow, symbol: string, name: string, power: number): void {
  const [first = ""] = symbols.split(" ");
  const factor = multiply(fraction(value), fraction(`1e${power}`));
  const unit = { factor, offset: fraction(OFFSETS[first] ?? "0"), dimension };
  for (const each of symbols.split(" ").filter(Boolean)) SYMBOLS.set(symbol + each, unit);
  if (symbol !== "") PREFIXED.add(unit);
  for (const each of names.split(" ").filter(Boolean)) NAMES.set(name + each, unit);
}

function fraction(text: string): Rational {
  const [top = "", bottom = "1"] = text.split("/");
  return divide(parseDecimal(top) ?? ZERO, parseDecimal(bottom) ?? ZERO) ?? ZERO;
}

/** A unit that a text names, and where its name ends. */
export interface NamedUnit {
  readonly unit: Unit;
  readonly end: number;
}

const PART = /(?:(?<area>square |sq\.? )|(?<volume>cubic |cu\.? ))?(?<name>°[CF]|[°$¢€£]|[A-Za-zμΩÅ]+)/y;
const POWER = /(?:\^|\*\*)\{?(?<digits>-?\d)\}?|(?<bare>-?[1-9])(?!\w|[.,]\d)| (?<word>squared|cubed)\b/y;
const DIVISION = / ?\/ ?| per /y;
const PRODUCT = /(?: ?[*·⋅×] ?|-)|(?<space> )/y;
/** "5 in total" is no length. */
const WORD_NEXT = / ?[A-Za-z\d]/y;
/** No unit has more parts. */
const MAX_PARTS = 8;

/**
 * The unit that a text names at a place: parts such as `km`, `kilometers`, `m^2`, `s^-1`, `square feet`, divided by `/` or
 * `per`, multiplied by `*`, `·`, `-`, or a space between symbols. Null where there is none that is known.
 */
export function readUnit(text: string, start: number): NamedUnit | null {
  let found = readPart(text, start, false);
  for (let parts = 1; found !== null && parts < MAX_PARTS; parts++) {
    const next = readNext(text, found);
    if (next === null) break;
    found = next;
  }
  return found;
}

function readNext(text: string, { unit, end }: NamedUnit): NamedUnit | null {
  const division = matchAt(DIVISION, text, end);
  if (division !== null) {
    const part = readDivisor(text, end + division[0].length);
    return part && { unit: combine(unit, part.unit, -1), end: part.end };
  }
  const product = matchAt(PRODUCT, text, end);
  const part = product && readPart(text, end + product[0].length, product.groups?.["space"] !== undefined);
  return part && { unit: combine(unit, part.unit, 1), end: part.end };
}

/** One part, or a product in brackets. */
function readDivisor(text: string, start: number): NamedUnit | null {
  if (text[start] !== "(") return readPart(text, start, false);
  const inner = readUnit(text, start + 1);
  return inner !== null && text[inner.end] === ")" ? { unit: inner.unit, end: inner.end + 1 } : null;
}

/** @param isBeside whether it stands behind another part with only a space between. */
function readPart(text: string, start: number, isBeside: boolean): NamedUnit | null {
  const match = matchAt(PART, text, start);
  const { name = "", area, volume } = match?.groups ?? {};
  const unit = lookUp(name);
  if (match === null || unit === undefined || (isBeside && !SYMBOLS.has(name))) return null;
  const end = start + match[0].length;
  if (name === "in" && (isBeside || matchAt(WORD_NEXT, text, end) !== null)) return null;
  const power = matchAt(POWER, text, end);
  const { digits, bare = digits, word } = power?.groups ?? {};
  const exponent = Number(
    bare ?? (area !== undefined || word === "squared" ? 2 : volume !== undefined || word === "cubed" ? 3 : 1),
  );
  return { unit: exponent === 1 ? unit : raise(unit, exponent), end: end + (power?.[0].length ?? 0) };
}

/** A unit by its symbol, by its name in either number and any case, by two symbols, or by one in the wrong case. */
function lookUp(name: string): Unit | undefined {
  const isPlural = name.length > 2 && name.endsWith("s");
  const singular = isPlural ? name.slice(0, -1) : name;
  return (
    SYMBOLS.get(name) ??
    NAMES.get(name.toLowerCase()) ??
    NAMES.get(singular.toLowerCase()) ??
    SYMBOLS.get(singular) ??
    productOf(name) ??
    foldedSymbol(name)
  );
}

/**
 * Two symbols without a space, as in Nm and kVA. The first has a capital, lest words such as "had" be read, and is no
 * kelvin: Km is a km in the wrong case.
 */
function productOf(name: string): Unit | undefined {
  for (let end = 1; end < Math.min(name.length, MAX_SYMBOL); end++) {
    const [head, tail] = [name.slice(0, end), name.slice(end)];
    const [first, second] = [SYMBOLS.get(head), SYMBOLS.get(tail)];
    if (first !== undefined && second !== undefined && /[A-Z]/.test(head) && head !== "K") {
      return combine(first, second, 1);
    }
  }
  return undefined;
}

/** No symbol is longer. */
const MAX_SYMBOL = 6;

/**
 * A symbol in the wrong case, such as KM. A prefix stays what it is: MG is a Mg, and no mg; P is no pico, nor the N of a
 * newton a nano.
 */
function foldedSymbol(name: string): Unit | undefined {
  if (name.length < 2) return undefined;
  const kept = SYMBOLS.get(name.slice(0, 1) + name.slice(1).toLowerCase());
  const folded = SYMBOLS.get(name.toLowerCase());
  const isChanged = folded !== undefined && PREFIXED.has(folded) && /^[MNP]/.test(name);
  return kept ?? (isChanged ? undefined : folded);
}

function raise(unit: Unit, exponent: number): Unit {
  const sign = exponent < 0 ? -1 : 1;
  return Array.from({ length: Math.abs(exponent) }).reduce<Unit>((left) => combine(left, unit, sign), NONE);
}

/** The product of two units, or their quotient where the sign is -1. Only a unit for itself has a zero of its own. */
function combine(first: Unit, second: Unit, sign: 1 | -1): Unit {
  const powers = powersOf(first);
  for (const [base, power] of powersOf(second)) powers.set(base, (powers.get(base) ?? 0) + sign * power);
  const parts = [...powers].filter(([, power]) => power !== 0).sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    factor: sign === 1 ? multiply(first.factor, second.factor) : (divide(first.factor, second.factor) ?? ZERO),
    offset: ZERO,
    dimension: parts.map(([base, power]) => (power === 1 ? base : `${base}^${power}`)).join(" "),
  };
}

function powersOf({ dimension }: Unit): Map<string, number> {
  const parts = dimension.split(" ").filter(Boolean);
  return new Map(parts.map((part) => [part.replace(/\^.*/, ""), Number(part.split("^")[1] ?? 1)]));
}

function matchAt(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  pattern.lastIndex = start;
  return pattern.exec(text);
}

/** A value in one unit as the value in another of the same dimension. */
export function convert(value: Rational, from: Unit, to: Unit): Rational {
  const inBase = add(multiply(value, from.factor), from.offset);
  return divide(add(inBase, negate(to.offset)), to.factor) ?? ZERO;
}

/** The unit that is made of the base units alone. */
export function baseOf({ dimension }: Pick<Unit, "dimension">): Unit {
  return { factor: ONE, offset: ZERO, dimension };
}
