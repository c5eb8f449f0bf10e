import { describe, expect, test } from "vitest";
import { readHubReference } from "./hub-reference.ts";

describe("readHubReference", () => {
  test("reads owner, name, revision and path", () => {
    expect(readHubReference("hf://datasets/me/sums@refs%2Fpr%2F1/a b/%2e%2e/x.jsonl")).toEqual({
      dataset: "me/sums",
      revision: "refs/pr/1",
      path: "a b/%2e%2e/x.jsonl",
    });
    expect(readHubReference("hf://datasets/me/sums/x").revision).toBe("main");
  });

  test.each([
    "hf://datasets/../../x",
    "hf://datasets/me/../x",
    "hf://datasets/./sums/x",
    "hf://datasets/..@main/..@main/x",
    "hf://datasets/me/sums@../x",
    "hf://datasets/me/sums@%2e%2e/x",
    "hf://datasets/me/sums@a%2F..%2F..%2Fb/x",
    "hf://datasets/me/sums@%E0%A4/x",
    "hf://datasets/me/sums@%/x",
    "hf://datasets/me/sums@%00/x",
    "hf://datasets/me/sums/a\0b",
    "hf://datasets/me/sums/a\\..\\b",
    "hf://datasets/me/sums/a\nb",
    "hf://datasets/me/sums/a\ud800b",
    "hf://datasets/me/sums/a//b",
    `hf://datasets/me/${"n".repeat(201)}/x`,
    `hf://datasets/me/sums@${"r".repeat(201)}/x`,
    `hf://datasets/me/sums/${"ü".repeat(101)}`,
    `hf://datasets/me/sums/${"a/".repeat(600)}x`,
  ])("refuses %j", (text) => {
    expect(() => readHubReference(text)).toThrow(expect.objectContaining({ code: "bad_usage" }));
  });

  test("repeats no more than the start of a long text", () => {
    expect(() => readHubReference(`hf://${"x".repeat(1e6)}`)).toThrow(/^.{0,300}$/);
  });
});
