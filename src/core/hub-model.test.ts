import { expect, test } from "vitest";
import { isHubModel, readHubModel } from "./hub-model.ts";

test("reads a model with its revision, of which main is the default", () => {
  expect(readHubModel("HuggingFaceTB/SmolLM2-135M-Instruct")).toEqual({
    name: "HuggingFaceTB/SmolLM2-135M-Instruct",
    revision: "main",
  });
  expect(readHubModel("a/b.c_d@refs/pr/3")).toEqual({ name: "a/b.c_d", revision: "refs/pr/3" });
});

test.each(["b", "a/b/c", "/a/b", "../b", "a/..", "a/b--c", "a/.b", "a/b@../x", "a/b@", "a/b@x//y", "a b/c", "a/b\0"])(
  "refuses %j",
  (text) => {
    expect(isHubModel(text)).toBe(false);
    expect(() => readHubModel(text)).toThrow("is no id of a model");
  },
);
