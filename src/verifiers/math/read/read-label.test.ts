import { expect, it } from "vitest";
import { splitLabel } from "./read-label.ts";

it.each([
  ["\\text{(C) } 5", "C", "5"],
  ["\\textbf{(C)}\\ 5", "C", "5"],
  ["\\text{(A) yes}", "A", "\\text{yes}"],
  ["(B) \\frac12", "B", "\\frac12"],
])("%s is choice %s: %s", (written, label, rest) => {
  expect(splitLabel(written)).toEqual({ label, rest });
});

it.each(["\\text{(C)}", "(C)", "(A)(B)", "(A)+1", "(1, 2)", "5"])("%s has no label", (written) => {
  expect(splitLabel(written)).toEqual({ label: null, rest: written });
});
