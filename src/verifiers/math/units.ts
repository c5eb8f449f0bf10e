import { readUnit, type Unit } from "../numbers/units.ts";

/**
 * Words that are units among formulas too, in the singular. Fewer than are known: nm, kN or pV would more often be the
 * product of two variables.
 */
const NAMES: ReadonlySet<string> = new Set(
  (
    "m meter metre cm centimeter centimetre mm millimeter millimetre dm decimeter decimetre km kilometer kilometre in inch " +
    "inches ft foot feet yd yard mi mile g gram gm kg kilogram mg milligram lb lbs pound oz ounce ton tonne s sec second " +
    "min minute h hr hour day week month yr year l L liter litre ml mL milliliter millilitre gal gallon mph kmph kmh N " +
    "newton J joule W watt kW kilowatt V volt A ampere amp Hz hertz Pa pascal mol mole rad radian dollar USD cent euro EUR " +
    "unit acre hectare ha"
  ).split(" "),
);

/** Words that say how a unit is built. */
const BUILDERS: ReadonlySet<string> = new Set(["per", "square", "sq", "cubic", "cu", "squared", "cubed"]);

/** Whether a word names a unit of measurement. */
export function isUnit(word: string): boolean {
  return isName(word) || (word.length > 1 && isName(word.toLowerCase()));
}

function isName(word: string): boolean {
  return NAMES.has(word) || (word.endsWith("s") && NAMES.has(word.slice(0, -1)));
}

/** Whether a word is a part of the name of a unit, such as "square" and "per". */
export function isPartOfUnit(word: string): boolean {
  return isUnit(word) || BUILDERS.has(word.toLowerCase());
}

/**
 * The unit that a text is; null when a part of it is no unit that is known ("apples"), so that it says nothing that could
 * contradict another.
 */
export function unitOf(text: string): Unit | null {
  const found = readUnit(text, 0);
  return found?.end === text.length ? found.unit : null;
}
