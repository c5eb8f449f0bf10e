import { expect, test } from "vitest";
import { chatView } from "./chat-view.ts";

const screen = (columns: number, rows = Infinity) => ({ columns, rows, colour: false });
const two = [
  { name: "run 1, step 2", text: "A loyal friend that barks." },
  { name: "base", text: "A dog." },
];

test("shows two answers side by side where there is room, and one below the other where there is not", () => {
  expect(chatView(two, screen(77)).split("\n")).toEqual([
    "run 1, step 2                         │  base",
    "A loyal friend that barks.            │  A dog.",
  ]);
  expect(chatView(two, screen(20)).split("\n")).toEqual([
    "run 1, step 2",
    "A loyal friend that",
    "barks.",
    "",
    "base",
    "A dog.",
  ]);
});

test("shows one answer without its name, broken between words, by the width of its letters", () => {
  const text = "words of a line\n\n漢字漢字漢字 end";
  expect(chatView([{ name: "x", text }], screen(8)).split("\n")).toEqual([
    "words of",
    "a line",
    "",
    "漢字漢字",
    "漢字 end",
  ]);
});

test("shows the last lines of more than the screen has", () => {
  expect(chatView([{ name: "x", text: "1\n2\n3\n4" }], screen(80, 2))).toBe("3\n4");
});

test("lets no text of a model move the cursor", () => {
  const shown = chatView(
    [
      { name: "x\u001b[2J", text: "a\u001b[2Jb\rc\u202ed" },
      { name: "y", text: "" },
    ],
    screen(80),
  );
  expect([...shown].filter((letter) => /[\p{Cc}\u202e]/u.test(letter) && letter !== "\n")).toEqual([]);
});
