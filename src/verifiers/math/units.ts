/** Names of one unit, the first of them its canonical one. Plurals in -s are understood. */
const UNITS: readonly string[] = [
  "m meter metre",
  "cm centimeter centimetre",
  "mm millimeter millimetre",
  "dm decimeter decimetre",
  "km kilometer kilometre",
  "in inch inches",
  "ft foot feet",
  "yd yard",
  "mi mile",
  "g gram gm",
  "kg kilogram",
  "mg milligram",
  "lb lbs pound",
  "oz ounce",
  "ton tonne",
  "s sec second",
  "min minute",
  "h hr hour",
  "day",
  "week",
  "month",
  "yr year",
  "l L liter litre",
  "ml mL milliliter millilitre",
  "gal gallon",
  "mph",
  "kmph kmh",
  "N newton",
  "J joule",
  "W watt",
  "kW kilowatt",
  "V volt",
  "A ampere amp",
  "Hz hertz",
  "Pa pascal",
  "mol mole",
  "rad radian",
  "dollar USD",
  "cent",
  "euro EUR",
  "unit",
  "acre",
  "hectare ha",
];

const CANONICAL: ReadonlyMap<string, string> = new Map(
  UNITS.flatMap((line) => {
    const names = line.split(" ");
    const [canonical = ""] = names;
    return names.flatMap((name): [string, string][] => [
      [name, canonical],
      [`${name}s`, canonical],
    ]);
  }).reverse(),
);

/** Whether a word names a unit of measurement. */
export function isUnit(word: string): boolean {
  return canonicalOf(word) !== undefined;
}

/** Whether a word is a part of the name of a unit, such as "square" and "per". */
export function isPartOfUnit(word: string): boolean {
  return isUnit(word) || FILLERS.has(word.toLowerCase());
}

function canonicalOf(word: string): string | undefined {
  return CANONICAL.get(word) ?? CANONICAL.get(word.toLowerCase());
}

/** Words that say nothing of the unit, or say how it is built. */
const FILLERS: ReadonlyMap<string, string> = new Map([
  ["per", "/"],
  ["square", "^2"],
  ["sq", "^2"],
  ["cubic", "^3"],
  ["cu", "^3"],
  ["squared", "^2"],
  ["cubed", "^3"],
]);

const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ["mi/h", "mph"],
  ["km/h", "kmph"],
]);

/**
 * One text for each unit of measurement, such as "cm^2" for "square centimeters"; null when a part of it is no such
 * unit ("apples"), so that it says nothing that could contradict another.
 */
export function canonicalUnit(text: string): string | null {
  const parts = text.match(/[a-zA-Z]+|\^?\s*\{?\d\}?|\//g) ?? [];
  let [unit, power] = ["", ""];
  for (const part of parts) {
    const filler = FILLERS.get(part.toLowerCase()) ?? (/\d/.test(part) ? `^${part.replaceAll(/\D/g, "")}` : part);
    if (filler === "/") {
      unit += `${power}/`;
      power = "";
    } else if (filler.startsWith("^")) power = filler;
    else {
      const canonical = canonicalOf(part);
      if (canonical === undefined) return null;
      unit += canonical;
    }
  }
  const built = unit + power;
  return /[a-z]/i.test(built) ? (ABBREVIATIONS.get(built) ?? built) : null;
}
