import { expect, test } from "vitest";
import { oneLine, printable } from "./printable.ts";

test("what a terminal would act on is escaped, also C1 controls and marks that reverse text", () => {
  expect(oneLine("a\u001b[31mb\u009b31mc\u202ed\u2028e\u007f")).toBe(
    String.raw`a\u001b[31mb\u009b31mc\u202ed\u2028e\u007f`,
  );
  expect(oneLine("tab\there\nthere 你好 é")).toBe(String.raw`tab\there\nthere 你好 é`);
});

test("a text of several lines keeps them", () => {
  expect(printable("a\u001bb\nc")).toBe("a\\u001bb\nc");
});
