import fc from "fast-check";
import { expect, it } from "vitest";
import { lastAnswerTag } from "./answer-tag.ts";

it("reads the last tag that is closed", () => {
  expect(lastAnswerTag("<answer>1</answer> or <answer> 2\n</answer> or <answer>3")).toBe(" 2\n");
  expect(lastAnswerTag("<answer>1 <answer>2</answer>")).toBe("1 <answer>2");
  expect(lastAnswerTag("no tag")).toBeNull();
  expect(lastAnswerTag("</answer>1<answer>")).toBeNull();
});

it("reads what the pattern reads", () => {
  const parts = fc.constantFrom("<answer>", "</answer>", "a", " ", "\n", "<");
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 20 }), (pieces) => {
      const text = pieces.join("");
      expect(lastAnswerTag(text)).toBe([...text.matchAll(/<answer>(.*?)<\/answer>/gs)].at(-1)?.[1] ?? null);
    }),
  );
});

it("takes one pass over many tags that are never closed", { timeout: 10_000 }, () => {
  expect(lastAnswerTag("<answer>".repeat(1_000_000))).toBeNull();
});
