import { expect, test } from "vitest";
import { sizeText } from "./size-text.ts";

test("writes bytes in the unit that leaves one to three digits before the point", () => {
  const texts = [0, 999, 1000, 1234, 999_949, 999_999, 34_560_000, 1.2e9, 7.5e12, 4e15].map(sizeText);
  expect(texts).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
    "1.2 kB",
    "999.9 kB",
    "1.0 MB",
    "34.6 MB",
    "1.2 GB",
    "7.5 TB",
    "4000.0 TB",
  ]);
});
