import { Readable } from "node:stream";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readLines, type Line } from "./read-lines.ts";

async function linesOf(chunks: readonly Buffer[], maxBytes?: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(Readable.from(chunks), maxBytes)) lines.push(line);
  return lines;
}

test("lines are the same however the bytes arrive", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.string({ unit: "grapheme", maxLength: 9 }).map((text) => text.replaceAll("\n", "")),
        { maxLength: 6 },
      ),
      fc.integer({ min: 1, max: 9 }),
      async (texts, size) => {
        const bytes = Buffer.from(texts.join("\n").replace(/^\ufeff/, ""));
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const expected = bytes
          .toString()
          .split("\n")
          .map((text, index) => ({ number: index + 1, text }))
          .filter(({ text }) => text.trim() !== "");
        expect(await linesOf(chunks)).toEqual(expected);
      },
    ),
  );
});

test("a line ends at a line feed alone, and a mark of the byte order is no part of the first", async () => {
  const bytes = Buffer.from('\ufeff"a\u2028b\u0085c"\r\n\n"d"');
  expect(await linesOf([bytes])).toEqual([
    { number: 1, text: '"a\u2028b\u0085c"\r' },
    { number: 3, text: '"d"' },
  ]);
});

test("bytes that are not UTF-8, and a line without an end, are faults with their numbers", async () => {
  const bytes = [
    Buffer.from("ok\n"),
    Buffer.from([0xff, 0xfe, 0x0a]),
    Buffer.from("x".repeat(50)),
    Buffer.from("x\nok"),
  ];
  expect(await linesOf(bytes, 40)).toEqual([
    { number: 1, text: "ok" },
    { number: 2, fault: "not UTF-8" },
    { number: 3, fault: "longer than 40 bytes" },
    { number: 4, text: "ok" },
  ]);
});
