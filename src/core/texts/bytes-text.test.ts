import { expect, test } from "vitest";
import { bytesText } from "./bytes-text.ts";

test.each([
  [0, "0 B"],
  [640, "640 B"],
  [999.6, "1.0 kB"],
  [1234, "1.2 kB"],
  [38_400_000, "38 MB"],
  [9_960_000_000, "10 GB"],
  [4e15, "4000 TB"],
])("tells %d bytes as %s", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
