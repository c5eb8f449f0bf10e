/** A text for a message: its beginning where it is longer than `most` characters. Default: 200. */
export function cutText(text: string, most = 200): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed().trimEnd()}...`;
}
