/** Replacements of the MATH benchmark's normalisation, in its order, up to the equation and the fractions. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/\n/g, ""],
  [/\\!/g, ""],
  [/\\\\/g, "\\"],
  [/\\[td]frac/g, "\\frac"],
  [/\\left|\\right/g, ""],
  [/\^\{\\circ\}|\^\\circ/g, ""],
  [/\\\$/g, ""],
  // A unit: the last text that begins with a space, and what follows it.
  [/\\text\{ [^]*$/, ""],
  [/\\?%/g, ""],
  [/ \./g, " 0."],
  [/\{\./g, "{0."],
  [/^\./, "0."],
];

/**
 * An answer as the MATH benchmark compares it (Hendrycks et al., "Measuring Mathematical Problem Solving With the MATH
 * Dataset", 2021, arXiv 2103.03874): without spaces, degrees, dollars, percent signs and units, fractions and roots with
 * braces, 1/2 for 0.5, and without a short left side such as "x =". Two answers are equal when these texts are.
 */
export function normaliseHendrycks(answer: string): string {
  let text = answer;
  for (const [pattern, replacement] of REPLACEMENTS) text = text.replace(pattern, replacement);
  const [left = "", right, ...more] = text.split("=");
  if (right !== undefined && more.length === 0 && left.length <= 2) text = right;
  text = text.replaceAll(/\\sqrt([^{])/g, String.raw`\sqrt{$1}`).replaceAll(" ", "");
  text = text.replaceAll(/\\frac([^{])([^{])/g, String.raw`\frac{$1}{$2}`);
  text = text.replaceAll(/\\frac([^{])\{/g, String.raw`\frac{$1}{`);
  if (text === "0.5") return String.raw`\frac{1}{2}`;
  return text.replace(/^(-?\d+)\/(-?\d+)$/, String.raw`\frac{$1}{$2}`);
}
