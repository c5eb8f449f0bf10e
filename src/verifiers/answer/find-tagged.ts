/** The content of a tag, with where the tag begins and ends. */
export interface Tagged {
  readonly content: string;
  readonly start: number;
  readonly end: number;
}

/** The last `<answer>...</answer>` of a text, which models of the kind of DeepSeek-R1 answer with; null where none is closed. */
export function findTagged(text: string): Tagged | null {
  const close = [...text.matchAll(/<\/answer>/gi)].at(-1);
  const open = close && [...text.slice(0, close.index).matchAll(/<answer>/gi)].at(-1);
  if (close === undefined || open === undefined) return null;
  const start = open.index + open[0].length;
  return { content: text.slice(start, close.index), start, end: close.index + close[0].length };
}
