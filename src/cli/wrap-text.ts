import stringWidth from "string-width";

const LETTERS = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A text in lines of at most so many columns, broken between words where there is room for a word, and as its own lines are. */
export function wrapText(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, Math.max(1, columns)));
}

function wrapLine(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<=\s)(?=\S)/)) {
    if (line !== "" && stringWidth(line + word.trimEnd()) > columns) {
      lines.push(line.trimEnd());
      line = "";
    }
    for (const { segment } of LETTERS.segment(word)) {
      if (line !== "" && stringWidth(line + segment) > columns) {
        lines.push(line.trimEnd());
        line = segment.trim() === "" ? "" : segment;
      } else line += segment;
    }
  }
  return [...lines, line.trimEnd()];
}
