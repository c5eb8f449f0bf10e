import { expect, test } from "vitest";
import { toCsv } from "./csv.ts";

test("separators, quotes and ends of lines are quoted, null is empty", () => {
  expect(
    toCsv(
      ["a", 'b"c'],
      [
        ["1,2", null],
        [3.5, "x\ny"],
      ],
    ),
  ).toBe('a,"b""c"\r\n"1,2",\r\n3.5,"x\ny"\r\n');
});
