/** A text with its case folded. By way of upper case, since that alone makes one of letters such as ß and SS. */
export function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}
