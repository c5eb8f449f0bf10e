/** Numbers that JSON lacks, as Python writes them. */
const WORDS = ["NaN", "Infinity", "-Infinity"] as const;

/**
 * Parses JSON in which Python's NaN and Infinity may stand for numbers: they are read as null.
 * @throws SyntaxError of any other text that is not JSON.
 */
export function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const strict = withoutWords(text);
    if (strict === text) throw error;
    return JSON.parse(strict);
  }
}

/** Replaces the words outside strings. One pass: a completion may be full of quotes, and the text cut anywhere. */
function withoutWords(text: string): string {
  let result = "";
  let from = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isInString && character === "\\") at++;
    else if (character === '"') isInString = !isInString;
    else if (!isInString && (character === "N" || character === "I" || character === "-")) {
      const word = WORDS.find((each) => text.startsWith(each, at));
      if (word === undefined) continue;
      result += `${text.slice(from, at)}null`;
      at += word.length - 1;
      from = at + 1;
    }
  }
  return result + text.slice(from);
}
