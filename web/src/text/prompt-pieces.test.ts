import { expect, test } from "vitest";
import { promptPieces } from "./prompt-pieces.ts";

test("joins the tokens of a text, and leaves each special token alone", () => {
  const token = (id: number, text: string | null, isSpecial = false) => ({ id, text, isSpecial });
  const tokens = [
    token(1, "<s>", true),
    token(2, "<user>", true),
    token(3, "4"),
    token(4, " +"),
    token(5, null),
    token(6, "</s>", true),
  ];
  expect(promptPieces(tokens)).toEqual([
    { text: "<s>", isSpecial: true },
    { text: "<user>", isSpecial: true },
    { text: "4 +⟨5⟩", isSpecial: false },
    { text: "</s>", isSpecial: true },
  ]);
});
