import { sql, type SQL } from "drizzle-orm";

/** Characters of a text in a list: a text may be a megabyte, and a list has hundreds. */
export const LISTED_CHARACTERS = 200;

/** Bytes of a character of UTF-8 at the most. */
const WIDEST = 4;

/** SQL of as many bytes of a text as its listed characters may take. As bytes: for substr, a text ends with its first NUL. */
export function listedBytes(text: SQL): SQL {
  return sql`substr(CAST(${text} AS BLOB), 1, ${WIDEST * LISTED_CHARACTERS})`;
}

/** The listed characters of a text, from those bytes; for substr, an empty text has none (NULL). */
export function listedText(bytes: Buffer | null): string {
  return Array.from(bytes?.toString() ?? "")
    .slice(0, LISTED_CHARACTERS)
    .join("");
}
