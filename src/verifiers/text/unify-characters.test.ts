import { expect, it } from "vitest";
import { unifyCharacters } from "./unify-characters.ts";

it.each([
  ["答案：４２", "答案:42"],
  ["（Ｂ）　５％．", "(B) 5%."],
  ["re\u0301ponse", "r\u00e9ponse"],
  ["x² and 5½ ①", "x² and 5½ ①"],
  ["答案是 5。", "答案是 5。"],
  ["\ud800", "\ud800"],
])("writes %j as %j", (text, unified) => {
  expect(unifyCharacters(text)).toBe(unified);
});
