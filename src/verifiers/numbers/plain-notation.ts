const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** The ways of writing units and powers of ten that are made one before anything is read. Repetitions are bounded. */
const REWRITTEN: readonly (readonly [RegExp, string])[] = [
  // Mathematics between dollar signs, told from money as pandoc does: no space inside, no digit behind.
  [/\$(?=\S)([^$\n]{1,200})(?<=\S)\$(?!\d)/g, "$1"],
  [/\\([$%])/g, "$1"],
  [/(?<=\d)[ -]?per ?cent\b/gi, "%"],
  [/\{,\}/g, ","],
  [/(?<=\d,?)\\[,!](?=\d{3}(?!\d))/g, ""],
  [/\\cdot\b/g, "·"],
  [/\\times\b/g, "×"],
  [/\\mu\b|µ/g, "μ"],
  [/\\Omega\b|\u2126/g, "Ω"],
  [/\^?\{?\\(?:circ|degree)\b\}?/g, "°"],
  [/\\(?:text|textrm|textbf|mathrm|mathbf|rm|operatorname)\s?\{([^{}]{0,100})\}/g, "$1"],
  [/(?<=\d)\\(?=[dtc]?frac)/g, " \\"],
  [/\\[dtc]?frac\s?(?:\{([^{}+]{1,100})\}\{([^{}+]{1,100})\}|(\d)(\d))/g, "$1$3/$2$4"],
  [/\\(?:[,;:! ]|q?quad\b)|[~\u00A0\u202F\u2009]/g, " "],
  [/\\[()[\]]/g, ""],
  [/\blight[- ]years?\b/gi, "ly"],
  [/\bnautical miles?\b/gi, "nmi"],
  [/\bmetric tons?\b/gi, "t"],
  [/(?:°|\bdeg(?:ree)?s?) ?C(?:elsius)?\b|\u2103/gi, "°C"],
  [/(?:°|\bdeg(?:ree)?s?) ?F(?:ahrenheit)?\b|\u2109/gi, "°F"],
  [/(\d{1,9}) ?(?:分之|分の|분의) ?(\d{1,9})/g, " $2/$1"],
  [/百分之 ?(\d{1,9}(?:\.\d{1,9})?)/g, " $1%"],
  [/(?<=\^\{?)\u2212/g, "-"],
  [/(?<=\d) ?[×x*·⋅] ?10 ?\^ ?\{?(-?\d{1,4})\}?/g, "e$1"],
  [/(?<![\w.,])10 ?\^ ?\{?(-?\d{1,4})\}?/g, "1e$1"],
];

/**
 * A text with its units, fractions, separators and powers of ten written in one way: `\frac{1}{2}` as `1/2`, `10^3` as
 * `1e3`, `²` as `^2`, `½` as ` 1/2`.
 */
export function plainNotation(text: string): string {
  const split = text.replaceAll(
    /[\u00BC-\u00BE\u2150-\u215E]/g,
    (half) => ` ${half.normalize("NFKC").replace("\u2044", "/")}`,
  );
  const raised = split.replaceAll(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{1,6}/g, (digits) => `^${[...digits].map(lowered).join("")}`);
  return REWRITTEN.reduce((result, [pattern, replacement]) => result.replaceAll(pattern, replacement), raised);
}

function lowered(digit: string): string {
  return digit === "⁻" ? "-" : String(SUPERSCRIPTS.indexOf(digit));
}
