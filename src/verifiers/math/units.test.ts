import { expect, it } from "vitest";
import { isUnit, unitOf } from "./units.ts";

it.each([
  ["cm", "centimeters"],
  ["square centimeters", "cm^2"],
  ["cubic feet", "ft^3"],
  ["miles per hour", "mph"],
  ["km/h", "kilometers per hour"],
  ["m/s^2", "m / s^2"],
  ["meters per second", "m/s"],
  ["Hours", "h"],
])("%s is %s", (first, second) => {
  expect(unitOf(first)).not.toBeNull();
  expect(unitOf(first)).toEqual(unitOf(second));
});

it.each(["apples", "", "cm of rope", "per"])("%j is no unit", (text) => {
  expect(unitOf(text)).toBeNull();
});

it("does not take products of variables for units", () => {
  expect(["cm", "Feet", "h"].every(isUnit)).toBe(true);
  expect(["nm", "kN", "pV", "x", "H"].some(isUnit)).toBe(false);
});
