import { expect, test } from "vitest";
import { cutText, visiblePieces } from "./visible-pieces.ts";

test("a text without controls is one piece, with its lines and tabs", () => {
  expect(visiblePieces("a\tb\nc <b>é 👩‍🚀</b>")).toEqual([{ text: "a\tb\nc <b>é 👩‍🚀</b>", code: null }]);
});

test("controls and marks that reorder text become visible by their code", () => {
  expect(visiblePieces("a\u001B[31m\u202Eb\u0000")).toEqual([
    { text: "a", code: null },
    { text: "␛", code: "U+001B" },
    { text: "[31m", code: null },
    { text: "U+202E", code: "U+202E" },
    { text: "b", code: null },
    { text: "␀", code: "U+0000" },
  ]);
});

test("halves of surrogate pairs, zero-width spaces and tags become visible", () => {
  expect(visiblePieces("\ud800\u200b\u{e0041}").map(({ code }) => code)).toEqual(["U+D800", "U+200B", "U+E0041"]);
});

test("a cut text never ends in half a character", () => {
  expect(cutText("ab😀c", 3)).toBe("ab");
  expect(cutText("ab😀c", 4)).toBe("ab😀");
  expect(cutText("ab", 4)).toBe("ab");
});
