import { expect, it } from "vitest";
import { selectNames } from "./select-names.ts";

const PRESENT = ["pass_rate.add", "pass_rate.sub", "reward.mean", "train.loss"];

it("keeps the order asked for, and each name once", () => {
  expect(selectNames(["train.loss", "pass_rate.*", "pass_rate.add"], PRESENT)).toEqual([
    "train.loss",
    "pass_rate.add",
    "pass_rate.sub",
  ]);
});

it("takes a star at the end alone, and leaves out what there is not", () => {
  expect(selectNames(["*.add", "reward.median"], PRESENT)).toEqual([]);
  expect(selectNames(["*"], PRESENT)).toEqual(PRESENT);
});
