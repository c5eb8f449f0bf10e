import { isUtf8 } from "node:buffer";
import { RlvrError } from "../../core/errors.ts";
import { MAX_BYTES } from "./read-lines.ts";

const [NEWLINE, QUOTE, BACKSLASH, COMMA, CLOSING_BRACE] = [0x0a, 0x22, 0x5c, 0x2c, 0x7d];
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, CLOSING_BRACE]);
const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const BYTE_ORDER_MARK = Buffer.from("\ufeff");

/** An item of an array with the line on which it begins: its text, or why it has none. */
export type Item = { readonly number: number; readonly line: number } & (
  | { readonly text: string }
  | { readonly fault: string }
);

/**
 * The items of a JSON array from its bytes, in constant memory, numbered from 1. Only where an item begins and ends is
 * found here: brackets and quotes stand for themselves in UTF-8, whatever stands between them. So an item that is no
 * JSON is a fault of its own, and the next one is read.
 * @param name what the bytes are of, for messages.
 * @param maxBytes length from which an item is a fault. Default: 64 MiB.
 * @throws RlvrError `bad_problems` when the array does not end, or something follows it.
 */
export async function* readItems(
  chunks: AsyncIterable<Buffer>,
  name: string,
  maxBytes: number = MAX_BYTES,
): AsyncGenerator<Item> {
  let [depth, number, line, itemLine, length] = [0, 0, 1, 1, 0];
  let [isInString, isEscaped, hasEnded, isFirst] = [false, false, false, true];
  let parts: Buffer[] = [];
  const keep = (part: Buffer): void => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const finish = (): Item => {
    number++;
    const [isTooLong, bytes] = [length > maxBytes, Buffer.concat(parts)];
    [parts, length] = [[], 0];
    if (isTooLong) return { number, line: itemLine, fault: `longer than ${maxBytes} bytes` };
    const text = textOf(bytes);
    return "text" in text
      ? { number, line: itemLine, ...text }
      : { number, line: itemLine + text.badLine, fault: "not UTF-8" };
  };
  for await (const chunk of chunks) {
    let at = 0;
    if (isFirst) {
      isFirst = false;
      if (chunk.subarray(0, 3).equals(BYTE_ORDER_MARK)) at = 3;
    }
    /** Where the part of the item begins that is in this chunk. */
    let from = at;
    for (; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte === NEWLINE) line++;
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) isInString = false;
        continue;
      }
      if (depth === 0) {
        if (BLANK.has(byte)) continue;
        if (hasEnded) throw broken(name, line, "something follows the array");
        [depth, from] = [1, at + 1];
        continue;
      }
      if (length === 0 && at === from && BLANK.has(byte)) {
        from = at + 1;
        continue;
      }
      if (length === 0 && at === from) itemLine = line;
      const isEnd = depth === 1 && CLOSING.has(byte);
      if (isEnd && byte === CLOSING_BRACE) throw broken(name, line, "a brace closes what a bracket opened");
      if (isEnd || (depth === 1 && byte === COMMA)) {
        keep(chunk.subarray(from, at));
        // An array may be empty; behind a comma there has to be an item.
        if (!isEnd || length > 0 || number > 0) yield finish();
        from = at + 1;
        if (isEnd) [depth, hasEnded] = [0, true];
      } else if (byte === QUOTE) isInString = true;
      else if (OPENING.has(byte)) depth++;
      else if (CLOSING.has(byte)) depth--;
    }
    if (depth > 0 && from < chunk.length) keep(chunk.subarray(from));
  }
  if (!hasEnded) throw broken(name, line, "the array does not end: the file was cut off");
}

/** The text of an item, or the number of its line, from 0, that is not UTF-8. */
function textOf(bytes: Buffer): { readonly text: string } | { readonly badLine: number } {
  if (isUtf8(bytes)) return { text: bytes.toString("utf8") };
  let [start, badLine] = [0, 0];
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end + 1;
    badLine++;
  }
  return { badLine };
}

function broken(name: string, line: number, what: string): RlvrError {
  return new RlvrError("bad_problems", `${name}, line ${line}: ${what}`, {
    advice: "It has to be one JSON array of objects, [{...}, {...}], or an object a line (JSON Lines).",
  });
}
