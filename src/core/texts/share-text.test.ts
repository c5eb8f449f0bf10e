import { expect, test } from "vitest";
import { share, signedShare } from "./share-text.ts";

test("a share is short, and what is not quite none or all is not said to be it", () => {
  expect([null, 0, 0.004, 0.456, 0.994, 0.996, 1].map(share)).toEqual([
    "-",
    ".00",
    "<.01",
    ".46",
    ".99",
    ">.99",
    "1.0",
  ]);
});

test("a difference has its sign unless it rounds to nothing", () => {
  expect([0.4, -0.054, 0.004, -0.004, 0, -1].map(signedShare)).toEqual(["+.40", "-.05", ".00", ".00", ".00", "-1.00"]);
});
