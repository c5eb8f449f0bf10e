import { isUtf8 } from "node:buffer";

/** A line of a file: its text, or why it has none. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly fault: string };

/** A longer line, or item of an array, is not kept: a file without line breaks must not fill the memory. */
export const MAX_BYTES = 64 * 1024 * 1024;

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = "\ufeff";

/**
 * The lines of a file from its bytes, in constant memory, numbered from 1. Lines end at a line feed, and only there:
 * JSON may hold the other ends of line that Unicode knows. Lines of white space alone are left out.
 * @param maxBytes length from which a line is a fault. Default: 64 MiB.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>, maxBytes: number = MAX_BYTES): AsyncGenerator<Line> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const keep = (part: Buffer): void => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    number++;
    const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    const isTooLong = length > maxBytes;
    [parts, length] = [[], 0];
    if (isTooLong) return { number, fault: `longer than ${maxBytes} bytes` };
    if (!isUtf8(bytes)) return { number, fault: "not UTF-8" };
    const text = bytes.toString("utf8");
    return { number, text: number === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const line = finish();
      if (!isBlank(line)) yield line;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (length > 0) {
    const line = finish();
    if (!isBlank(line)) yield line;
  }
}

function isBlank(line: Line): boolean {
  return "text" in line && line.text.trim() === "";
}
