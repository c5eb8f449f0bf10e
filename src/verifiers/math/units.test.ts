import { expect, it } from "vitest";
import { canonicalUnit } from "./units.ts";

it.each([
  ["cm", "cm"],
  ["centimeters", "cm"],
  ["square centimeters", "cm^2"],
  ["cm ^2", "cm^2"],
  ["cubic feet", "ft^3"],
  ["miles per hour", "mph"],
  ["km/h", "kmph"],
  ["m/s^2", "m/s^2"],
  ["meters per second", "m/s"],
  ["Hours", "h"],
])("%s is %s", (text, unit) => {
  expect(canonicalUnit(text)).toBe(unit);
});

it.each(["apples", "", "cm of rope", "per"])("%j is no unit", (text) => {
  expect(canonicalUnit(text)).toBeNull();
});
