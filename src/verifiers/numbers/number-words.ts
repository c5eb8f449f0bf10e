/** A pattern's source for the numbers that texts most often write as a word. */
export const NUMBER_WORD = String.raw`(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty)\b`;
