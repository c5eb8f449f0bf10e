const SPACE = String.raw`(?:\s|~|\\[,;! ])`;
const COMMA = String.raw`(?:,|\{,\})`;
/** Thousands set apart by points or spaces, with a decimal comma or without one: 12.345,67. No number begins with 0.125. */
const GROUPED = new RegExp(
  String.raw`(?<![\d.,])[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:${SPACE}\d{3})+)(?:${COMMA}\d+)?(?!\d|[.,]\d|\{,\})`,
  "g",
);
/** A decimal comma: no space behind it, and no other comma, as in the list 1,2,3. */
const DECIMAL = new RegExp(String.raw`(?<![\d.,}])(\d+)${COMMA}(\d+)(?!\d|[.,]\d|\{,\})`, "g");

/**
 * A text whose numbers have a decimal comma with a decimal point instead: 3,14 as 3.14 and 1.234,5 as 1234.5. A comma with
 * a space behind it separates, as a semicolon does. Takes linear time.
 */
export function withDecimalPoints(text: string): string {
  return text
    .replaceAll(GROUPED, (number) => number.replaceAll(/\\[,;! ]|[.\s~]/g, "").replace(/\{,\}|,/, "."))
    .replaceAll(DECIMAL, "$1.$2");
}
