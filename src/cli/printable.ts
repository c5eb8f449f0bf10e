/** What moves a terminal's cursor, changes its state or reverses its text: C0 and C1 controls, separators, bidi marks. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ["\n", String.raw`\n`],
  ["\r", String.raw`\r`],
  ["\t", String.raw`\t`],
]);

function escaped(character: string): string {
  return SHORT.get(character) ?? String.raw`\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/** A text on one line, with what a terminal would act on escaped: a stored completion must not move the cursor. */
export function oneLine(text: string): string {
  return text.replaceAll(UNPRINTABLE, escaped);
}

/** The same for a text of several lines, which keeps them. */
export function printable(text: string): string {
  return text.split("\n").map(oneLine).join("\n");
}
