/** A unit: its symbols, its names in the singular, its value in base units as a fraction of decimals, and those. */
export type UnitRow = readonly [symbols: string, names: string, value: string, dimension: string];

/**
 * The units that take the prefixes of SI. Every value is exact by definition: BIPM, The International System of Units,
 * 9th edition, table 2 to 5 and table 8; eV since 2019.
 */
export const PREFIXED_UNITS: readonly UnitRow[] = [
  ["m", "meter metre", "1", "m"],
  ["g", "gram gramme", "0.001", "kg"],
  ["s", "second", "1", "s"],
  ["A", "ampere", "1", "A"],
  ["K", "kelvin", "1", "K"],
  ["mol", "mole", "1", "mol"],
  ["cd", "candela", "1", "cd"],
  ["rad", "radian", "1", "rad"],
  ["bit", "bit", "1", "bit"],
  ["B", "byte", "8", "bit"],
  ["Hz", "hertz", "1", "s^-1"],
  ["N", "newton", "1", "kg m s^-2"],
  ["Pa", "pascal", "1", "kg m^-1 s^-2"],
  ["J", "joule", "1", "kg m^2 s^-2"],
  ["W", "watt", "1", "kg m^2 s^-3"],
  ["Wh", "", "3600", "kg m^2 s^-2"],
  ["C", "coulomb", "1", "A s"],
  ["V", "volt", "1", "A^-1 kg m^2 s^-3"],
  ["F", "farad", "1", "A^2 kg^-1 m^-2 s^4"],
  ["Ω Ohm", "ohm", "1", "A^-2 kg m^2 s^-3"],
  ["S", "siemens", "1", "A^2 kg^-1 m^-2 s^3"],
  ["Wb", "weber", "1", "A^-1 kg m^2 s^-2"],
  ["T", "tesla", "1", "A^-1 kg s^-2"],
  ["H", "henry", "1", "A^-2 kg m^2 s^-2"],
  ["eV", "electronvolt", "1.602176634e-19", "kg m^2 s^-2"],
  ["cal", "calorie", "4.184", "kg m^2 s^-2"],
  ["L l", "liter litre", "0.001", "m^3"],
  ["t", "tonne", "1000", "kg"],
  ["bar", "", "100000", "kg m^-1 s^-2"],
];

/**
 * The units that do not. Months stand apart from days, and degrees from radians: there is no exact factor between them.
 * Inches, pounds and what is made of them: NIST SP 811, appendix B; measures of volume are those of the United States.
 * What differs between countries without being told, such as a ton or the pound of money, is left out.
 */
export const OTHER_UNITS: readonly UnitRow[] = [
  ["in", "inch inches", "0.0254", "m"],
  ["ft", "foot feet", "0.3048", "m"],
  ["yd", "yard", "0.9144", "m"],
  ["mi", "mile", "1609.344", "m"],
  ["nmi", "", "1852", "m"],
  ["Å", "angstrom", "1e-10", "m"],
  ["ly", "lightyear", "9460730472580800", "m"],
  ["au AU", "", "149597870700", "m"],
  ["acre", "", "4046.8564224", "m^2"],
  ["ha", "hectare", "10000", "m^2"],
  ["cc", "", "1e-6", "m^3"],
  ["gal", "gallon", "0.003785411784", "m^3"],
  ["qt", "quart", "0.000946352946", "m^3"],
  ["pt", "pint", "0.000473176473", "m^3"],
  ["cup", "", "0.0002365882365", "m^3"],
  ["tbsp", "tablespoon", "1.478676478125e-5", "m^3"],
  ["tsp", "teaspoon", "4.92892159375e-6", "m^3"],
  ["lb", "pound", "0.45359237", "kg"],
  ["oz", "ounce", "0.028349523125", "kg"],
  ["min", "minute", "60", "s"],
  ["h hr", "hour", "3600", "s"],
  ["sec", "", "1", "s"],
  ["d", "day", "86400", "s"],
  ["wk", "week", "604800", "s"],
  ["", "month", "1", "month"],
  ["yr", "year", "12", "month"],
  ["", "decade", "120", "month"],
  ["", "century centuries", "1200", "month"],
  ["kph kmh", "", "1000/3600", "m s^-1"],
  ["mph", "", "1609.344/3600", "m s^-1"],
  ["kn", "knot", "1852/3600", "m s^-1"],
  ["rpm", "", "360/60", "deg s^-1"],
  ["° deg", "degree", "1", "deg"],
  ["rev", "revolution", "360", "deg"],
  ["amp", "", "1", "A"],
  ["atm", "atmosphere", "101325", "kg m^-1 s^-2"],
  ["mmHg", "", "133.322387415", "kg m^-1 s^-2"],
  ["Torr torr", "", "101325/760", "kg m^-1 s^-2"],
  ["psi", "", "4.4482216152605/0.00064516", "kg m^-1 s^-2"],
  ["lbf", "", "4.4482216152605", "kg m s^-2"],
  ["°C degC", "celsius centigrade", "1", "K"],
  ["°F degF", "fahrenheit", "5/9", "K"],
  ["KB", "", "8000", "bit"],
  ["$ USD", "dollar", "1", "USD"],
  ["¢", "cent", "0.01", "USD"],
  ["€ EUR", "euro", "1", "EUR"],
  ["£ GBP", "", "1", "GBP"],
];

/** What the units of temperature add, in kelvins, when they stand alone. */
export const OFFSETS: Readonly<Record<string, string>> = { "°C": "273.15", "°F": "2298.35/9" };

/** The prefixes of SI: symbol, name and power of ten. */
export const PREFIXES: readonly (readonly [symbol: string, name: string, power: number])[] = [
  ["f", "femto", -15],
  ["p", "pico", -12],
  ["n", "nano", -9],
  ["μ", "micro", -6],
  ["m", "milli", -3],
  ["c", "centi", -2],
  ["d", "deci", -1],
  ["da", "deca", 1],
  ["h", "hecto", 2],
  ["k", "kilo", 3],
  ["M", "mega", 6],
  ["G", "giga", 9],
  ["T", "tera", 12],
];
