import { expect, it } from "vitest";
import { stripUnits } from "./strip-units.ts";
import { tokenise } from "../parse/tokenise.ts";

function strip(answer: string): [string, string | null] {
  const { tokens, unit } = stripUnits(tokenise(answer) ?? []);
  return [tokens.map(({ text }) => text).join(" "), unit];
}

it.each([
  ["5 cm", "5", "cm"],
  ["5\\text{ cm}^2", "5", "cm^2"],
  ["5 m/s", "5", "m / s"],
  ["x = 5 \\text{ km}", "x = 5", "km"],
  ["5 apples", "5", "apples"],
  ["5 m", "5", "m"],
  ["2\\sqrt{3} \\text{ cm}", "2 sqrt group 3 group", "cm"],
  ["about 5 cm", "5", "cm"],
])("%s is %s and its unit", (answer, value, unit) => {
  expect(strip(answer)).toEqual([value, unit]);
});

it.each(["5m", "\\text{Monday}", "r^2 h", "x y", "\\text{no solution}"])("%s has no unit", (answer) => {
  expect(strip(answer)[1]).toBeNull();
});
