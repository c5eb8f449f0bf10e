/** The words for 0 to 19. */
export const UNITS: readonly string[] = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " +
  "eighteen nineteen"
).split(" ");

/** The words for 20, 30 and on to 90. */
export const TENS: readonly string[] = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** A pattern's source for a number in one word. */
export const NUMBER_WORD = String.raw`(?:${[...UNITS, ...TENS].join("|")})\b`;
